import * as activities from './activities';

/** One round of the repairer, started by the installation's one Temporal Schedule. */
export async function repair(): Promise<void> {
  await activities.repair();
}
