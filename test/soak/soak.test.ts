import { type Ground, startGround } from './ground';
import { playRound } from './round';

/** The short form of `npm run test:soak`: one round. `SOAK_SEED` chooses another one. */

const DEFAULT_SEED = 11;
const SIZE = { events: 70, kills: 2 };

jest.setTimeout(400_000);

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground.close());

test('after changes, faults, syncs of all kinds and killed workers the store equals the platform', async () => {
  const seed = Number(process.env['SOAK_SEED'] ?? DEFAULT_SEED);
  const result = await playRound(ground, { seed, tenant: `soak-${seed}`, size: SIZE });
  process.stdout.write(
    `soak, seed ${seed}, ${result.seconds.toFixed(0)} s\n${result.tally.table()}\n`,
  );
  if (result.violations.length > 0) {
    throw new Error(
      `SOAK_SEED=${seed}:\n${result.violations.join('\n')}\n\nWhat happened:\n${result.diary.join('\n')}`,
    );
  }
  expect(result.tally.total('kills')).toBe(SIZE.kills);
  expect(result.tally.total('faults struck')).toBeGreaterThan(0);
});
