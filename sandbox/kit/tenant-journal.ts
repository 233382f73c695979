import { z } from 'zod';
import type { Collection, Row } from './collection';
import { type Fault, faultSchema } from './faults';
import { type LoggedRequest, type RequestTotals, requestSchema, totalsSchema } from './request-log';
import { type Settings, settingsSchema } from './tenant-settings';
import { type Token, tokenSchema } from './token-book';

/**
 * What a line of a tenant's journal says. The first character tells which; `R` and `D` lines part
 * their fields by tabs and keep the record's text as it is, so that reading back 200,000 records
 * parses none of them. JSON text holds no raw tab and no line break.
 */
const schemas = {
  /** All settings; the last line counts. */
  S: settingsSchema,
  /** Tokens as they are from now on; the others stay. */
  T: z.array(tokenSchema),
  /** All faults; the last line counts. */
  F: z.array(faultSchema),
  /** One answered request. */
  Q: requestSchema,
  /** One answered request that the totals of the `L` line contain already. */
  q: requestSchema,
  /** Totals of all requests, and the last `seq`. */
  L: z.strictObject({ totals: totalsSchema, lastSeq: z.int() }),
  /** The highest insertion key of each resource. */
  K: z.record(z.string(), z.int()),
};

/** Who takes what the journal says, in its order. */
export interface JournalReader {
  settings(settings: Settings): void;
  tokens(tokens: Token[]): void;
  faults(faults: Fault[]): void;
  request(request: LoggedRequest): void;
  keptRequest(request: LoggedRequest): void;
  totals(totals: RequestTotals, lastSeq: number): void;
  keys(keys: { [resource: string]: number }): void;
  row(resource: string, row: { id: string; updatedMs: number; text: string; key: number }): void;
  deletion(resource: string, id: string): void;
}

export const line = {
  settings: (settings: Settings): string => `S${JSON.stringify(settings)}`,
  tokens: (tokens: readonly Token[]): string => `T${JSON.stringify(tokens)}`,
  faults: (faults: readonly Fault[]): string => `F${JSON.stringify(faults)}`,
  request: (request: LoggedRequest): string => `Q${JSON.stringify(request)}`,
  keptRequest: (request: LoggedRequest): string => `q${JSON.stringify(request)}`,
  totals: (totals: RequestTotals, lastSeq: number): string =>
    `L${JSON.stringify({ totals, lastSeq })}`,
  keys: (collections: ReadonlyMap<string, Collection>): string => {
    const keys: { [resource: string]: number } = {};
    for (const [resource, collection] of collections) keys[resource] = collection.nextKey - 1;
    return `K${JSON.stringify(keys)}`;
  },
  row: (resource: string, row: Row): string =>
    `R\t${resource}\t${row.key}\t${row.updatedMs}\t${JSON.stringify(row.id)}\t${row.text}`,
  deletion: (resource: string, id: string): string => `D\t${resource}\t${JSON.stringify(id)}`,
};

/** Hands one line to its reader. Throws where the line is none that `line` has written. */
export function readLine(text: string, reader: JournalReader): void {
  const kind = text[0];
  if (kind === 'R') return readRow(text, reader);
  if (kind === 'D') {
    const [, resource = '', id = ''] = text.split('\t');
    reader.deletion(resource, textOf(id));
    return;
  }
  readJsonLine(kind, JSON.parse(text.slice(1)), reader);
}

/** By places instead of `split`, which would look through the whole text of every record. */
function readRow(text: string, reader: JournalReader): void {
  const resourceEnd = text.indexOf('\t', 2);
  const keyEnd = text.indexOf('\t', resourceEnd + 1);
  const timeEnd = text.indexOf('\t', keyEnd + 1);
  const idEnd = text.indexOf('\t', timeEnd + 1);
  if (idEnd < 0) throw new Error('a record line that lacks fields');
  reader.row(text.slice(2, resourceEnd), {
    key: Number(text.slice(resourceEnd + 1, keyEnd)),
    updatedMs: Number(text.slice(keyEnd + 1, timeEnd)),
    id: textOf(text.slice(timeEnd + 1, idEnd)),
    text: text.slice(idEnd + 1),
  });
}

function textOf(json: string): string {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'string') throw new Error('an id that is no text');
  return value;
}

function readJsonLine(kind: string | undefined, body: unknown, reader: JournalReader): void {
  switch (kind) {
    case 'S':
      return reader.settings(schemas.S.parse(body));
    case 'T':
      return reader.tokens(schemas.T.parse(body));
    case 'F':
      return reader.faults(schemas.F.parse(body));
    case 'Q':
      return reader.request(schemas.Q.parse(body));
    case 'q':
      return reader.keptRequest(schemas.q.parse(body));
    case 'K':
      return reader.keys(schemas.K.parse(body));
    case 'L': {
      const { totals, lastSeq } = schemas.L.parse(body);
      return reader.totals(totals, lastSeq);
    }
    default:
      throw new Error(`unknown kind of journal line: ${kind}`);
  }
}
