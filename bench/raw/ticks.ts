import { Client, Connection } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { cpuMs } from '../cpu';

/**
 * The floor that Temporal itself sets: as many resident workflows as the product has, which only sleep and run one
 * activity that does nothing, on the same server.
 */
export interface RawTicksInput {
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly temporalPid: number;
  readonly workflows: number;
  readonly sleepMs: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface RawTicksOutput {
  readonly ticks: number;
  readonly ms: number;
  readonly workerCpuMs: number;
  readonly temporalCpuMs: number | null;
}

async function main(input: RawTicksInput): Promise<RawTicksOutput> {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger });
  const taskQueue = `raw-${process.pid}`;
  let ticks = 0;
  const connection = await NativeConnection.connect({ address: input.temporalAddress });
  const worker = await Worker.create({
    connection,
    namespace: input.namespace,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: require.resolve('./tick-workflow'),
      logger,
    }),
    activities: {
      nothing: async () => {
        ticks += 1;
      },
    },
    maxConcurrentActivityTaskExecutions: 100,
  });
  const running = worker.run();
  const client = new Client({
    connection: await Connection.connect({ address: input.temporalAddress }),
    namespace: input.namespace,
  });
  const ids = Array.from({ length: input.workflows }, (_none, n) => `${taskQueue}-${n}`);
  for (const workflowId of ids) {
    await client.workflow.start('rawTick', {
      workflowId,
      taskQueue,
      args: [{ sleepMs: input.sleepMs }],
    });
  }
  await delay(input.warmUpMs);
  const before = { ticks, at: performance.now(), cpu: process.cpuUsage() };
  const temporalBefore = cpuMs(input.temporalPid);
  await delay(input.measureMs);
  const used = process.cpuUsage(before.cpu);
  const temporalAfter = cpuMs(input.temporalPid);
  const output = {
    ticks: ticks - before.ticks,
    ms: performance.now() - before.at,
    workerCpuMs: (used.user + used.system) / 1_000,
    temporalCpuMs:
      temporalBefore === null || temporalAfter === null ? null : temporalAfter - temporalBefore,
  };
  await Promise.all(ids.map((id) => client.workflow.getHandle(id).terminate()));
  worker.shutdown();
  await running;
  await connection.close();
  await client.connection.close();
  return output;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

main(JSON.parse(process.argv[3] ?? '{}') as RawTicksInput).then(
  (output) => process.stdout.write(JSON.stringify(output)),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  },
);
