import { mapItems } from '../connectors/engine/map-page';
import { type OldReject, oldRejects, type Remapped, storeRemapped } from '../store/remap';
import { isDataError } from '../store/sql-state';
import type { Chunk } from './chunk';
import { FencedError } from './platform-calls';
import { UNSTORABLE } from './store-safely';

const BATCH = 500;

/**
 * Maps the model's quarantined records again where a newer version of the connector has come since: they are the
 * platform's own last word, and may not be shown again before they change. Throws `FencedError`.
 */
export async function remapQuarantined(chunk: Chunk): Promise<void> {
  const { db } = chunk.deps;
  const { version } = chunk.connector;
  for (;;) {
    const old = await oldRejects(db, chunk.pull, { version, limit: BATCH });
    if (old.length === 0) return;
    await storeInParts(
      chunk,
      old.map((reject) => mapAgain(chunk, reject)),
    );
    chunk.run.heartbeat({ phase: 'mapping quarantined records again', records: old.length });
  }
}

function mapAgain(chunk: Chunk, { key, raw }: OldReject): Remapped {
  const { records, quarantined } = mapItems(chunk.stream, [raw]);
  const [record] = records;
  if (record !== undefined) return { key, record };
  const [reject] = quarantined;
  return { key, reject: reject ?? { path: '', reason: 'expected a record' } };
}

/** As with pages: what the database does not take for what is in it is halved until the culprit is alone. */
async function storeInParts(chunk: Chunk, remapped: readonly Remapped[]): Promise<void> {
  const { db } = chunk.deps;
  const { version } = chunk.connector;
  try {
    if (!(await storeRemapped(db, chunk.pull, { remapped, version }))) throw new FencedError();
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = remapped;
    if (only !== undefined && remapped.length === 1) {
      await storeInParts(chunk, [{ key: only.key, reject: { path: '', reason: UNSTORABLE } }]);
      return;
    }
    const middle = Math.ceil(remapped.length / 2);
    await storeInParts(chunk, remapped.slice(0, middle));
    await storeInParts(chunk, remapped.slice(middle));
  }
}
