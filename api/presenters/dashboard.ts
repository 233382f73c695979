import type { z } from 'zod';
import type { DashboardCompany, DashboardConnection } from '../../store/read/dashboard';
import type { dashboardCompany } from '../schemas/dashboard';
import { syncStatus } from './connection';
import { iso, isoOrNull } from './instants';

/** `connections` are those of all companies of the page. */
export function presentDashboardCompany(
  company: DashboardCompany,
  connections: readonly DashboardConnection[],
): z.input<typeof dashboardCompany> {
  return {
    rootfi_id: Number(company.id),
    rootfi_created_at: iso(company.createdAt),
    name: company.name,
    partner_id: company.partnerId,
    connections: connections
      .filter((connection) => connection.companyId === company.id)
      .map((connection) => ({
        rootfi_id: Number(connection.id),
        integration_type: connection.integrationType,
        category: connection.category,
        connection_status: connection.status,
        sync_status: syncStatus(connection),
        paused: connection.paused,
        sync_resume_at: isoOrNull(connection.resumeAt),
      })),
    freshness_at: isoOrNull(company.freshnessAt),
    last_synced: isoOrNull(company.lastSynced),
    last_error: lastError(company),
    records: Number(company.records),
  };
}

function lastError(company: DashboardCompany) {
  const { errorCode, errorAt, errorModel, errorSyncId } = company;
  if (errorCode === null || errorAt === null || errorModel === null || errorSyncId === null) {
    return null;
  }
  return {
    code: errorCode,
    message: company.errorMessage ?? '',
    at: iso(errorAt),
    data_model: errorModel,
    sync_id: errorSyncId,
  };
}
