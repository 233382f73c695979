import type { z } from 'zod';
import type { IntegrationCategory } from '../../core/names';
import { isReadable, priorityOf, type SyncConfigEntry } from '../../core/sync-config';
import { CATEGORY_OF } from '../../core/unified/models';
import type { syncConfigAnswer } from '../schemas/sync-config';

export function presentSyncConfig(
  entries: readonly SyncConfigEntry[],
): z.input<typeof syncConfigAnswer>[] {
  return entries.map(presentEntry);
}

function presentEntry(entry: SyncConfigEntry): z.input<typeof syncConfigAnswer> {
  const hasCron = Boolean(entry.cron);
  return {
    data_model: entry.data_model,
    category: entry.category ?? categoryOf(entry),
    enabled: entry.enabled,
    frequency: hasCron ? null : (entry.frequency ?? 'DAILY'),
    interval: hasCron ? null : (entry.interval ?? 1),
    cron: entry.cron ?? null,
    timezone: hasCron ? (entry.timezone ?? 'UTC') : null,
    priority: priorityOf(entry),
    sync_from: entry.sync_from ?? null,
    scope_access: {
      READ: isReadable(entry),
      CREATE: entry.scope_access?.CREATE ?? false,
      UPDATE: entry.scope_access?.UPDATE ?? false,
      DELETE: entry.scope_access?.DELETE ?? false,
    },
    custom_fields: entry.custom_fields ?? [],
  };
}

function categoryOf(entry: SyncConfigEntry): IntegrationCategory {
  return CATEGORY_OF[entry.data_model];
}
