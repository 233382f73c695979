import { type DataModel, type DraftEntry, FIRST_PRIORITY, inOrder, LAST_PRIORITY } from './draft';

/** Moving data models in the order in which they go when quota is short. Many may share one priority. */

export function withPriority(
  draft: readonly DraftEntry[],
  model: DataModel,
  priority: number,
): readonly DraftEntry[] {
  const within = Math.min(LAST_PRIORITY, Math.max(FIRST_PRIORITY, priority));
  return inOrder(
    draft.map((entry) => (entry.model === model ? { ...entry, priority: within } : entry)),
  );
}

/**
 * The priority that puts a data model where it was let go: before or after `target`. Between two priorities with room
 * in between it gets one of its own, else that of the row it was let go on; at either end it goes one further.
 */
export function priorityAt(
  draft: readonly DraftEntry[],
  moved: DataModel,
  target: DataModel,
  side: 'before' | 'after',
): number | null {
  const others = draft.filter(({ model }) => model !== moved);
  const index = others.findIndex(({ model }) => model === target);
  const aimed = others[index];
  if (aimed === undefined) return null;
  const beyond = others[side === 'before' ? index - 1 : index + 1];
  const step = side === 'before' ? -1 : 1;
  if (beyond === undefined) return aimed.priority + step;
  const hasRoom = Math.abs(beyond.priority - aimed.priority) > 1;
  return hasRoom ? aimed.priority + step : aimed.priority;
}
