import type { DataModel } from '../../core/unified/models';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { SyncConfigEntry } from '../../core/sync-config';
import { modelWorkflowId, SIGNALS } from '../../workflows/contract';
import type { ConnectHow, EndedJob, EndedSync, Stack } from './stack';
import { until } from './until';

/** What a stack's database and platform say, and the few things that only a test may set. */
export function facts(stack: Stack) {
  const { prisma } = stack.database.db;
  const setDue = (
    connectionId: bigint,
    dataModels: readonly DataModel[],
    at = new Date(Date.now() - 1_000),
  ) =>
    prisma.modelState.updateMany({
      where: { connectionId, dataModel: { in: [...dataModels] } },
      data: { nextFireAt: at, wakeAt: at },
    });
  return {
    /** A new tenant, connected, once its initial sync has succeeded. */
    async synced(
      tenantId: string,
      tenant: Parameters<Stack['sandbox']['createTenant']>[1],
      entries: SyncConfigEntry[] | null,
      how?: ConnectHow,
    ): Promise<bigint> {
      await stack.sandbox.createTenant(tenantId, tenant);
      const id = await stack.connect(tenantId, entries, how);
      const initial = await stack.endedOf(id, { trigger: 'initial' });
      if (initial.status !== 'SUCCESS') throw new Error(`Not synced: ${JSON.stringify(initial)}`);
      return id;
    },

    /** Waits until a pull has claimed a job of the sync and stored `pages` pages. */
    running: (syncId: string, pages = 0) =>
      until(`sync ${syncId} to run`, 20_000, async () => {
        const [row] = await prisma.$queryRaw<{ pages: number }[]>`
          SELECT p.pages FROM syncs s JOIN sync_jobs j ON j.sync_id = s.id JOIN pulls p ON p.id = j.pull_id
          WHERE s.sync_id = ${syncId} AND p.state = 'RUNNING' AND p.pages >= ${pages}`;
        return row ?? null;
      }),

    connection: (id: bigint) => prisma.connection.findUniqueOrThrow({ where: { id } }),

    model: (connectionId: bigint, dataModel: DataModel) =>
      prisma.modelState.findUniqueOrThrow({
        where: { connectionId_dataModel: { connectionId, dataModel } },
      }),

    setModel: (
      connectionId: bigint,
      dataModel: DataModel,
      data: { watermark?: Date | null; owedSince?: Date | null; nextFireAt?: Date | null },
    ) =>
      prisma.modelState.update({
        where: { connectionId_dataModel: { connectionId, dataModel } },
        data,
      }),

    /** Makes the models' tick due, all at one instant. */
    setDue,

    /** Makes the models' tick due, all at one instant, and has them look. */
    async makeDue(
      connectionId: bigint,
      dataModels: readonly DataModel[],
      at = new Date(Date.now() - 1_000),
    ) {
      await setDue(connectionId, dataModels, at);
      await stack.wake(connectionId);
    },

    /** Has the models' own workflows look, past their supervisor. */
    async wakeModels(connectionId: bigint, dataModels: readonly DataModel[]) {
      await Promise.all(
        dataModels.map((dataModel) =>
          stack.temporal.workflow
            .getHandle(modelWorkflowId(connectionId.toString(), dataModel))
            .signal(SIGNALS.look),
        ),
      );
    },

    /** Stored records of a model by platform id, tombstones included. */
    async records(connectionId: bigint, dataModel: DataModel) {
      const rows = await prisma.storedRecord.findMany({ where: { connectionId, dataModel } });
      return new Map(rows.map((row) => [row.platformId, row]));
    },

    async liveIds(connectionId: bigint, dataModel: DataModel): Promise<string[]> {
      const rows = await prisma.storedRecord.findMany({
        where: { connectionId, dataModel, deletedAt: null },
        select: { platformId: true },
      });
      return rows.map((row) => row.platformId).sort();
    },

    quarantined: (connectionId: bigint, dataModel: DataModel) =>
      prisma.quarantinedRecord.findMany({
        where: { connectionId, dataModel },
        orderBy: { key: 'asc' },
      }),

    pulls: (connectionId: bigint, dataModel: DataModel) =>
      prisma.pull.findMany({ where: { connectionId, dataModel }, orderBy: { id: 'asc' } }),

    syncs: (connectionId: bigint, where: { trigger?: string } = {}) =>
      prisma.sync.findMany({ where: { connectionId, ...where }, orderBy: { id: 'asc' } }),

    jobs: (
      connectionId: bigint,
      where: { dataModel?: DataModel; trigger?: string; state?: string } = {},
    ) => prisma.syncJob.findMany({ where: { connectionId, ...where }, orderBy: { id: 'asc' } }),

    /** What Temporal says of a model's workflow; null where there never was one. */
    async workflow(connectionId: bigint, dataModel: DataModel): Promise<string | null> {
      const id = modelWorkflowId(connectionId.toString(), dataModel);
      try {
        return (await stack.temporal.workflow.getHandle(id).describe()).status.name;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },

    /** Queries of the listings of a resource that began at the platform, in order. */
    async listings(tenantId: string, resource: string): Promise<Record<string, string>[]> {
      const { requests } = await stack.sandbox.requests(tenantId);
      return requests
        .filter((each) => String(each['path']).endsWith(`/${resource}`))
        .map((each) => each['query'] as Record<string, string>)
        .filter((query) => query['cursor'] === undefined && query['ids'] === undefined);
    },

    /** Ids the platform holds. */
    async truthIds(tenantId: string, resource: string): Promise<string[]> {
      return [...(await stack.sandbox.truth(tenantId, resource)).keys()].sort();
    },
  };
}

export type Facts = ReturnType<typeof facts>;

/** A sync's job for a model. */
export function jobOf(sync: EndedSync, dataModel: DataModel): EndedJob {
  const job = sync.jobs.find((each) => each.dataModel === dataModel);
  if (job === undefined) throw new Error(`The sync has no job for ${dataModel}`);
  return job;
}
