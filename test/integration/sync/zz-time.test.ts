import { Client, Connection } from '@temporalio/client';
import { entry, startStack } from '../../support/stack';
jest.setTimeout(60_000);
test('t', async () => {
  const t0 = Date.now();
  const lap = (s: string) => process.stderr.write(`${s} ${Date.now() - t0}\n`);
  const stack = await startStack();
  lap('started');
  await stack.sandbox.createTenant('t1', { seed: { invoices: 20 } });
  lap('tenant');
  const id = await stack.connect('t1', [entry('INVOICES')]);
  lap('connected');
  await stack.endedOf(id, { trigger: 'initial' });
  lap('initial');
  for (let i = 0; i < 5; i++) {
    await stack.ended(await stack.sync(id));
    lap('inc');
  }
  for (let i = 0; i < 5; i++) {
    await stack.ended(await stack.sync(id, { mode: 'full' }));
    lap('full');
  }
  await stack.close();
  lap('closed');
});
