import { z } from 'zod';
import { DATA_MODELS } from '../../core/unified/models';
import { type HeldPlace, listHeldDeletions, readHeldPull } from '../../store/read/held-deletions';
import { listQuarantined } from '../../store/read/quarantine';
import { cutPageAt, decodeCursor, encodeCursor } from '../cursor';
import { route } from '../http/route';
import { iso } from '../presenters/instants';
import { cursor, cursorUpTo, instant, limit, nextCursor, pathId } from '../schemas/common';
import { mustExist, params } from './connection-shared';

/** Records that are kept back from what a pull says of them: deletions that are held, and what cannot be mapped. */

const heldAnswer = z.object({
  data: z.array(
    z
      .object({
        platform_id: z.string(),
        rootfi_id: z.int(),
        label: z.string().nullable().meta({ description: 'A name or number out of the record.' }),
        rootfi_updated_at: instant,
      })
      .meta({ id: 'HeldDeletion' }),
  ),
  next: nextCursor,
  total_count: z.int().meta({ description: 'How many were held when that was decided.' }),
  pull: z
    .object({ sync_id: z.string().nullable(), held_at: instant })
    .nullable()
    .meta({ description: 'The full sync that holds them; null where nothing is held.' }),
});

const heldPlace = z.strictObject({
  list: z.string(),
  seq: z.int().nonnegative(),
  at: z.int().nonnegative(),
});

const held = route({
  method: 'get',
  path: '/core/connections/{connection_id}/models/{data_model}/held_deletions',
  operationId: 'listHeldDeletions',
  tag: 'connections',
  summary: 'Lists the records that the last full sync would have deleted, had they been fewer',
  description:
    'To look again and delete them, request a full sync of the data model with `allow_mass_delete`. Records that have come back since are left out, so that a page can be short without being the last.',
  params: z.object({ connection_id: pathId, data_model: z.enum(DATA_MODELS) }),
  query: z.strictObject({ limit, next: cursor }),
  response: heldAnswer,
  errors: ['not-found', 'invalid-params'],
  async run({ params: named, query, caller, deps }) {
    const model = { connectionId: named.connection_id, dataModel: named.data_model };
    await mustExist(deps, caller, model.connectionId);
    const pull = await readHeldPull(deps.db, model);
    const list = `held of ${pull?.id ?? 0}`;
    const after = placeOf(list, query.next);
    if (pull === null) return { data: [], total_count: 0, pull: null };
    const page = await listHeldDeletions(deps.db, model, { pull, after, limit: query.limit });
    return {
      data: page.records.map((record) => ({
        platform_id: record.platformId,
        rootfi_id: Number(record.id),
        label: record.label,
        rootfi_updated_at: iso(record.updatedAt),
      })),
      ...(page.next === null
        ? {}
        : {
            next: encodeCursor({ list, seq: Number(page.next.seq), at: Number(page.next.at) }),
          }),
      total_count: pull.held,
      pull: { sync_id: pull.syncId, held_at: iso(pull.heldAt) },
    };
  },
});

function placeOf(list: string, next: string | undefined): HeldPlace | null {
  if (next === undefined) return null;
  const { seq, at } = decodeCursor(heldPlace, list, next, 'next');
  return { seq: BigInt(seq), at: BigInt(at) };
}

const quarantinedAnswer = z
  .object({
    data_model: z.enum(DATA_MODELS),
    platform_id: z.string().nullable().meta({ description: 'null where it cannot be read.' }),
    path: z.string().meta({ description: 'Where in the record the fault lies.' }),
    reason: z.string(),
    first_seen_at: instant,
    last_seen_at: instant,
    raw: z.unknown().meta({ description: 'The record as the platform gave it.' }),
  })
  .meta({ id: 'QuarantinedRecord' });

const quarantinePlace = z.strictObject({
  list: z.string(),
  data_model: z.enum(DATA_MODELS),
  key: z.string(),
});

/** Its cursors hold a platform's own id, which may be long. */
const longCursor = cursorUpTo(5_000);

const quarantine = route({
  method: 'get',
  path: '/core/connections/{connection_id}/quarantine',
  operationId: 'listQuarantinedRecords',
  tag: 'connections',
  summary: 'Lists the records that could not be mapped, with the reason',
  description: 'By data model and platform id. A later good version of a record takes it out.',
  params,
  query: z.strictObject({
    data_model: z.enum(DATA_MODELS, 'Not a data model.').optional(),
    limit,
    next: longCursor,
  }),
  response: z.object({ data: z.array(quarantinedAnswer), next: nextCursor }),
  errors: ['not-found', 'invalid-params'],
  async run({ params: { connection_id: connectionId }, query, caller, deps }) {
    await mustExist(deps, caller, connectionId);
    const list = `quarantine of ${connectionId}`;
    const place =
      query.next === undefined ? null : decodeCursor(quarantinePlace, list, query.next, 'next');
    const found = await listQuarantined(deps.db, {
      connectionId,
      dataModel: query.data_model,
      after: place === null ? null : { dataModel: place.data_model, key: place.key },
      limit: query.limit,
    });
    const { rows, ...cursors } = cutPageAt(found, query.limit, ({ dataModel, key }) =>
      encodeCursor({ list, data_model: dataModel, key }),
    );
    return {
      data: rows.map((record) => ({
        data_model: record.dataModel,
        platform_id: record.platformId,
        path: record.path,
        reason: record.reason,
        first_seen_at: iso(record.firstSeenAt),
        last_seen_at: iso(record.lastSeenAt),
        raw: record.raw,
      })),
      ...cursors,
    };
  },
});

export const quarantineRoutes = [held, quarantine];
