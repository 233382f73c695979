import { facts } from '../support/facts';
import { entry, type Stack, startStack } from '../support/stack';
import { until } from '../support/until';

/** What a database that takes no more does to the syncs that were asked for. */

jest.setTimeout(90_000);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

test('a disk that is full for long uses no attempts up: the sync is carried out once there is room', async () => {
  const { prisma } = stack.database.db;
  await stack.sandbox.createTenant('no-room', { seed: { invoices: 20 } });
  // The words of PostgreSQL on a full disk, whenever a record is to be written.
  await prisma.$executeRaw`
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
    END $$`;
  await prisma.$executeRaw`CREATE TRIGGER no_room BEFORE INSERT ON records EXECUTE FUNCTION no_room()`;
  const id = await stack.connect('no-room', [entry('INVOICES')]);
  const pull = async () => (await facts(stack).pulls(id, 'INVOICES'))[0];
  const taken = (times: bigint) =>
    until(`the pull to be taken ${times} times`, 30_000, async () =>
      ((await pull())?.fence ?? 0n) >= times ? true : null,
    );
  await taken(1n);
  await prisma.pull.updateMany({ where: { connectionId: id }, data: { attempts: 9 } });
  const { fence } = (await pull()) ?? { fence: 0n };
  await taken(fence + 2n);

  await prisma.$executeRaw`DROP TRIGGER no_room ON records`;
  const initial = await stack.endedOf(id, { trigger: 'initial' }, 60_000);
  expect(initial.status).toBe('SUCCESS');
  expect(initial.jobs[0]?.counts['inserted']).toBe(20);
});
