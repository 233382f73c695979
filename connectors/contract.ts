import type { ZodType } from 'zod';
import type { IntegrationCategory } from '../core/names';
import type { ModelAccess } from '../core/scopes';
import type { DataModel } from '../core/unified/models';

/**
 * What a connector is: data (paths, paging, filters, limits, error rules) and pure functions (mappers). It holds no
 * loop over pages, no retry and no clock: the engine and the sync activities do those once for all platforms.
 */
export interface Connector {
  readonly integrationType: string;
  /** What people call the platform. */
  readonly name: string;
  readonly category: IntegrationCategory;
  /** Raised whenever a mapper changes what it answers, so that quarantined records are mapped again. */
  readonly version: number;
  /** What a person gives when connecting; unknown keys are refused. */
  readonly credentials: ZodType;
  /** The form in which a person gives `credentials`, field by field; empty where customers connect by consent (`auth.oauth`). */
  readonly fields: readonly CredentialField[];
  readonly auth: AuthScheme;
  /**
   * Whether whoever connects names the address calls go to (`base_url`). Such targets pass `engine/target-guard.ts`,
   * which in production refuses private addresses.
   */
  readonly targetFromUser?: boolean;
  readonly limits: DeclaredLimits;
  /** Reads what the platform says of its limits on any answer; windows it does not speak of are left out. */
  readonly observeLimits?: (headers: Headers) => ObservedWindow[];
  /** Asked in order, before the engine's defaults (see `engine/error-rules.ts`); the first that matches decides. */
  readonly errorRules: readonly ErrorRule[];
  /** How far before the watermark an incremental pull starts, in milliseconds. Default 5 minutes. */
  readonly overlapMs?: number;
  readonly streams: Partial<Record<DataModel, Stream>>;
}

/** One input of the form for credentials; `name` is a key of the `credentials` schema. */
export interface CredentialField {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'password' | 'url';
  readonly required: boolean;
  /** What helps a person to find or choose the value. */
  readonly help: string | null;
}

/** Header names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** One call to the platform. `path` is appended to the access's `baseUrl`; `body` is sent as JSON, `form` as a form. */
export interface PlatformRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

export interface PlatformAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON. */
  readonly body: unknown;
  /** The platform's own clock (HTTP `Date`), whole seconds; null where it sends none. */
  readonly date: Date | null;
  readonly ms: number;
  readonly bytes: number;
}

/** Sends one request with the connection's access, under its quota. Throws `PlatformError`. */
export type Send = (request: PlatformRequest) => Promise<PlatformAnswer>;

/** Sends one request to an absolute base, without quota: for token calls only. Throws `PlatformError`. */
export type SendTo = (access: Access, request: PlatformRequest) => Promise<PlatformAnswer>;

/** What every call carries. */
export interface Access {
  readonly baseUrl: string;
  readonly headers: Headers;
  /** Adds what else each request of this account must hold: a company, a context. Pure. */
  readonly complete?: (request: PlatformRequest) => PlatformRequest;
}

/** Secrets as stored (encrypted): a JSON object only the connector understands. */
export type Secrets = Readonly<Record<string, unknown>>;

export interface Authorised {
  readonly secrets: Secrets;
  /** Identity of the account at the platform (tenant, realm, base URL and database): equal for the same account. */
  readonly account: string;
  /** When the access ends, where the platform says so. */
  readonly expiresAt: Date | null;
}

export interface AuthScheme {
  /** Turns what a person gave into secrets, trying them with one call. Throws `PlatformError` (kind `invalid-grant` or `refused` when the platform says no). */
  authorise(given: unknown, sendTo: SendTo, settings: ConnectorSettings): Promise<Authorised>;
  /** New secrets from old ones: a rotated token, a new session. Absent: the secrets never expire. */
  renew?(secrets: Secrets, sendTo: SendTo, settings: ConnectorSettings): Promise<Authorised>;
  /** What calls carry. Pure. */
  access(secrets: Secrets, settings: ConnectorSettings): Access;
  /** Tells the platform that the secrets are no longer wanted. Best effort. */
  revoke?(secrets: Secrets, sendTo: SendTo, settings: ConnectorSettings): Promise<void>;
  /** How customers connect by consenting at the platform. Absent: by the form of `fields`. */
  readonly oauth?: OAuthScheme;
}

/** OAuth 2, authorisation code with PKCE (RFC 6749 §4.1, RFC 7636 S256). State and verifier are the caller's business. */
export interface OAuthScheme {
  /** The platform's page where the customer consents. Pure. */
  authorizeUrl(ask: ConsentRequest, settings: ConnectorSettings): string;
  /** Trades the code that came back for secrets. Throws `PlatformError`, `invalid-grant` where the platform refuses it. */
  exchange(grant: CodeGrant, sendTo: SendTo, settings: ConnectorSettings): Promise<Authorised>;
}

export interface ConsentRequest {
  readonly state: string;
  readonly redirectUri: string;
  /** Base64url of the verifier's SHA-256. */
  readonly codeChallenge: string;
  /** What the connection is to do; the connector knows which scopes that takes. */
  readonly access: readonly ModelAccess[];
}

export interface CodeGrant {
  readonly code: string;
  readonly codeVerifier: string;
  /** The same as in the request for consent. */
  readonly redirectUri: string;
  /** Everything the platform sent along with the code: some name the account there. */
  readonly query: Readonly<Record<string, string>>;
}

/** What the operator of this installation sets for a connector (base addresses, app credentials). */
export interface ConnectorSettings {
  readonly sandboxUrl: string;
  /** Where browsers reach the sandbox; absent = at the same address. */
  readonly sandboxPublicUrl?: string;
}

export type LimitWindow = 'second' | 'minute' | 'hour' | 'day';

export interface DeclaredLimits {
  /** Calls allowed per window; absent = the platform declares none. */
  readonly windows: Partial<Record<LimitWindow, number>>;
  /** Whether windows roll with each call or start anew at whole seconds, minutes, hours, days (UTC). */
  readonly counting: 'rolling' | 'calendar';
  /** Calls that may be in progress at once. Default 4. */
  readonly concurrent?: number;
}

export interface ObservedWindow {
  /** `concurrent`: calls in progress; its `remaining` and `resetMs` are not used. */
  readonly window: LimitWindow | 'concurrent';
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until the platform frees something; null where it does not say. */
  readonly resetMs: number | null;
}

/**
 * - `transient`: heals by itself (5xx, 408, time-out, reset, cut body): retried with back-off.
 * - `rate-limited`: the platform said wait; `retryAfterMs` where it said how long.
 * - `unauthorised`: the access is not accepted: renewed once, then the connection is EXPIRED.
 * - `invalid-grant`: the secrets themselves are dead: the connection is EXPIRED.
 * - `cursor-expired`: the listing must start again.
 * - `refused`: our request is wrong or not allowed: fails at once.
 */
export type PlatformErrorKind =
  | 'transient'
  | 'rate-limited'
  | 'unauthorised'
  | 'invalid-grant'
  | 'cursor-expired'
  | 'refused';

/** Rules see every answer, also 2xx ones: some platforms report errors in the body of a 200. */
export interface ErrorRule {
  /** A number, or an inclusive range. */
  readonly status: number | readonly [number, number];
  /** Looks into the answer where the status alone does not decide. */
  readonly matches?: (body: unknown, headers: Headers) => boolean;
  readonly kind: PlatformErrorKind;
}

/** Place in a listing; JSON, opaque outside the stream that made it. */
export type Cursor = Readonly<Record<string, unknown>>;

export interface PageRequest {
  /** From which instant to read; null = everything. Ignored where `filtersByChange` is false. */
  readonly since: Date | null;
  /** null = from the start. */
  readonly cursor: Cursor | null;
}

export interface Stream {
  readonly dataModel: DataModel;
  /** Whether `list` can ask for what changed since an instant; where not, every pull lists everything. */
  readonly filtersByChange: boolean;
  list(page: PageRequest): PlatformRequest;
  /**
   * Takes a page's items and the next cursor from an answer; `next: null` only on the platform's own end marker.
   * Throws `MalformedAnswerError` when the answer does not have the promised shape.
   */
  read(body: unknown, page: PageRequest): { items: readonly unknown[]; next: Cursor | null };
  /** Further reads that complete the items of a page (line items kept apart by the platform), in order. */
  readonly related?: readonly RelatedRead[];
  /** How to ask which of some ids still exist. Absent: the engine lists twice before it believes a deletion. */
  readonly byIds?: {
    /** Most ids in one call. */
    readonly max: number;
    /** Whether an id can be put into the question at all; one that cannot is never believed gone. Default: every id. */
    readonly canAsk?: (id: string) => boolean;
    request(ids: readonly string[]): PlatformRequest;
    /**
     * The items that exist; ids absent from the answer are gone. So it throws `MalformedAnswerError` for an answer that
     * is only a part: one with a next page, one without its list.
     */
    read(body: unknown): readonly unknown[];
  };
  /** The platform's id of an item; null when it cannot be read. */
  id(item: unknown): string | null;
  /** When the platform last changed the item; null when it does not say. */
  updatedAt(item: unknown): Date | null;
  /**
   * Item → plain object in unified names (decimals as numbers or decimal texts, dates in ISO 8601; null = no value).
   * The engine holds the answer to the data model's field table. Throws `MappingError` naming the path at fault. Pure.
   */
  map(item: unknown): unknown;
}

export interface RelatedRead {
  /** null = nothing to read for these items. May answer several pages by its own `next`. */
  request(items: readonly unknown[], cursor: Cursor | null): PlatformRequest | null;
  read(body: unknown): { items: readonly unknown[]; next: Cursor | null };
  /** Items with the related ones joined in; must not change its arguments. */
  join(items: readonly unknown[], related: readonly unknown[]): readonly unknown[];
}
