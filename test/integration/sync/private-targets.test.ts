import type { SendTo } from '../../../connectors/contract';
import { rootfiSandbox } from '../../../connectors/rootfi-sandbox/connector';
import { entry, type Stack, startStack } from '../../support/stack';
import { variant } from '../../support/variants';

jest.setTimeout(60_000);

/** What the token endpoint answered a renewal with, or its error. */
const renewals: string[] = [];

/** The sandbox as a platform whose address the customer names; it stands on this machine, so at a private one. */
const named = variant('NAMED', {
  connector: { targetFromUser: true },
  auth: {
    renew(secrets, sendTo, settings) {
      const spied: SendTo = (access, request) =>
        sendTo(access, request).then(
          (answer) => {
            renewals.push(String(answer.status));
            return answer;
          },
          (error: unknown) => {
            renewals.push(String(error));
            throw error;
          },
        );
      const { renew } = rootfiSandbox.auth;
      if (renew === undefined) throw new Error('The sandbox renews');
      return renew(secrets, spied, settings);
    },
  },
});

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ connectors: [named], refusePrivateTargets: true });
});
afterAll(() => stack.close());

async function firstSync(
  tenant: string,
  before: (id: bigint) => Promise<unknown>,
  platform = 'NAMED',
) {
  await stack.sandbox.createTenant(tenant, { seed: { invoices: 1 } });
  await stack.stopWorker();
  const id = await stack.connect(tenant, [entry('INVOICES')], { platform });
  await before(id);
  await stack.startWorker();
  const sync = await stack.endedOf(id, { trigger: 'initial' });
  return { job: sync.jobs[0], calls: (await stack.sandbox.requests(tenant)).count };
}

test('an address that a user named is checked at each call: nothing is sent to a private one', async () => {
  const { job, calls } = await firstSync('t1', () => Promise.resolve());
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-denied' });
  expect(calls).toBe(0);
});

test('nor is a credential sent there to be renewed', async () => {
  const { job, calls } = await firstSync('t2', (connectionId) =>
    stack.database.db.prisma.credential.update({
      where: { connectionId },
      data: { expiresAt: new Date(0) },
    }),
  );
  expect(job).toMatchObject({ state: 'FAILED', errorCode: 'platform-unavailable' });
  expect(new Set(renewals)).toEqual(new Set([expect.stringContaining('address is not allowed')]));
  expect(calls).toBe(0);
});

test('an address that the operator named may be private', async () => {
  const { job } = await firstSync('t3', () => Promise.resolve(), 'ROOTFI_SANDBOX');
  expect(job?.state).toBe('SUCCESS');
});
