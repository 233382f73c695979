/** What a row may speak of; all of it exists. */
export interface Ground {
  readonly company: number;
  readonly connection: number;
  readonly sync: string;
  readonly job: number;
  readonly link: string;
  /** The only admin. */
  readonly user: number;
  /** The same of another organisation. */
  readonly foreign: {
    company: number;
    connection: number;
    sync: string;
    job: number;
    link: string;
  };
  /** Cursors that the API itself has answered, by the path of their list. */
  readonly cursors: Readonly<Record<string, string>>;
}

/** A bad request and its refusal. `path` is below `/v3`, as it goes over the wire. */
export interface Row {
  readonly what: string;
  readonly method: string;
  readonly path: (ground: Ground) => string;
  readonly body?: (ground: Ground) => string | Buffer;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Who asks; a program with a key unless said otherwise. */
  readonly by?: 'admin';
  readonly status: number;
  readonly code: string;
  /** `error.field`. */
  readonly field: string;
}

export type Body = (ground: Ground) => unknown;
export type Expected = readonly [status: number, code: string, field: string];

export const invalid = (field: string): Expected => [400, 'invalid-params', field];
export const missing = (field: string): Expected => [400, 'missing-params', field];
export const absent = (field = ''): Expected => [404, 'not-found', field];

/** A row; a `body` is sent as JSON, `raw` as it stands. */
export function row(
  what: string,
  [method, path]: [string, Row['path'] | string],
  [status, code, field]: Expected,
  more: { body?: Body; raw?: string | Buffer; headers?: Row['headers']; by?: 'admin' } = {},
): Row {
  const { body, raw, headers, by } = more;
  const text = raw === undefined ? body : () => raw;
  const isJson = text !== undefined && headers?.['content-type'] === undefined;
  return {
    what: `${what}: ${method} ${typeof path === 'string' ? path.slice(0, 60) : ''}`,
    method,
    path: typeof path === 'string' ? () => path : path,
    ...(text === undefined
      ? {}
      : {
          body: (ground) => {
            const value = text(ground);
            if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
            return JSON.stringify(value);
          },
        }),
    ...(by === undefined ? {} : { by }),
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    status,
    code,
    field,
  };
}

export const NUL = String.fromCharCode(0);
export const HALF = String.fromCharCode(0xd800);
/** Lists in lists, this deep. */
export const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
/** A cursor of a caller's own making. */
export const cursorOf = (place: unknown) =>
  Buffer.from(JSON.stringify(place)).toString('base64url');
export const SANDBOX = 'ROOTFI_SANDBOX';
export const credentials = { tenant_id: 'bad-input' };
export const connectBody = { company_name: 'New', integration_type: SANDBOX, credentials };
