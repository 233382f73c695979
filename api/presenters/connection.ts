import type { z } from 'zod';
import type { ConnectionView } from '../../store/read/connections';
import type { connectionAnswer, SyncStatus } from '../schemas/connection';
import { iso, isoOrNull } from './instants';
import { presentRateLimits } from './rate-limits';
import { presentSyncConfig } from './sync-config';

export function presentConnection(connection: ConnectionView): z.input<typeof connectionAnswer> {
  return {
    rootfi_id: Number(connection.id),
    rootfi_created_at: iso(connection.createdAt),
    rootfi_updated_at: iso(connection.updatedAt),
    rootfi_company_id: Number(connection.companyId),
    integration_type: connection.integrationType,
    category: connection.category,
    connection_status: connection.status,
    paused: connection.paused,
    sync_status: syncStatus(connection),
    sync_resume_at: isoOrNull(connection.resumeAt),
    last_synced: isoOrNull(connection.lastSynced),
    rate_limits: presentRateLimits(connection.quota, connection.now),
    tally_last_active_at: null,
    zoho_sub_calls_enabled: false,
    sync_config: presentSyncConfig(connection.entries),
    follows_organisation: connection.followsOrganisation,
  };
}

/** A wait for quota shows before anything else; a sync that no worker has taken yet is RUNNING without fetching. */
export function syncStatus(
  connection: Pick<ConnectionView, 'resumeAt' | 'hasOpenPull' | 'hasQueuedJob'>,
): SyncStatus {
  if (connection.resumeAt !== null) return 'SLEEPING';
  if (connection.hasOpenPull) return 'FETCHING';
  return connection.hasQueuedJob ? 'RUNNING' : 'IDLE';
}
