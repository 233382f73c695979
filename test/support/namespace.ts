import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { registerSearchAttributes } from '../../infra/temporal';
import { until } from './until';

/** A new Temporal namespace with the product's search attributes, once it can be used. */
export async function createNamespace(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  await until('the namespace', 20_000, async () => {
    try {
      await registerSearchAttributes(connection, namespace);
      return true;
    } catch {
      return null;
    }
  });
}
