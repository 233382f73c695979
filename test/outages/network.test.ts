import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '../support/dice';
import type { NetworkState } from '../support/tcp-proxy';
import { until } from '../support/until';
import type { Answer } from './ask';
import { type BehindProxies, startBehindProxies } from './behind-proxies';
import { faultsOf, healthOf, summary } from './judge';
import { leasesHeld } from './leases';
import { Load, show } from './load';

/**
 * The networks between API or worker and the database, Temporal, the platform: refusing, and dropping what is sent,
 * which is worse, as nobody is told. Short in `npm test`; `npm run test:outages` leaves them broken for a minute.
 */

const isLong = process.env['OUTAGES'] === 'long';
jest.setTimeout(isLong ? 600_000 : 240_000);

const BROKEN_MS = isLong ? 60_000 : 6_000;
/**
 * From the healing of a network until a sync asked for then has been carried out. Temporal's client finds a dead
 * connection by its own keep-alive, after up to 45 s, and a task that was sent into it must time out as well.
 */
const RESUMED_WITHIN_MS = 100_000;

const dice = Dice.fromEnvironment();
const print = (text: string) => process.stderr.write(text);

let stack: BehindProxies;
let load: Load;

beforeAll(async () => {
  print(`outages: OUTAGES_SEED=${dice.seed}\n`);
  stack = await startBehindProxies();
  load = await Load.connect(stack.installation, dice, stack.platform);
});
afterAll(() => stack.close());

type Part = keyof BehindProxies['to'];

/** A call to a platform is given half a minute: what waits for that in the short form does so beside the last round. */
const SHORT: readonly [Part, NetworkState][] = [
  ['database', 'refuse'],
  ['temporal', 'refuse'],
  ['database', 'drop'],
  ['platform', 'drop'],
  ['temporal', 'drop'],
];
const LONG: typeof SHORT = [['platform', 'refuse'], ...SHORT];

const CLAIMS: Record<Part, { title: string; check: (answers: readonly Answer[]) => void }> = {
  database: {
    title: 'every request is refused in time, and told why',
    check(answers) {
      expect(reported(answers, 'database')).toContain('down');
      expect(reported(answers, 'temporal')).not.toContain('down');
      expect(answers.some(({ status }) => status === 503)).toBe(true);
    },
  },
  temporal: {
    title: 'every request is taken in time',
    check(answers) {
      expect(refused(answers.filter(({ what }) => what !== 'GET /readyz'))).toEqual([]);
      expect(reported(answers, 'temporal')).toContain('down');
      expect(reported(answers, 'database')).not.toContain('down');
    },
  },
  platform: {
    title: 'every request is taken in time, and the API is ready',
    check: (answers) => expect(refused(answers)).toEqual([]),
  },
};

test.each(
  (isLong ? LONG : SHORT).map(([part, state]) => ({ part, state, title: CLAIMS[part].title })),
)(
  'a network to the $part that answers with $state: $title; all goes on when it heals',
  async ({ part, state }) => {
    const answers = await broken(part, state);
    expect(faultsOf(answers, false)).toEqual([]);
    CLAIMS[part].check(answers);
  },
);

test('what was taken has been carried out, the store says what the platform says, no lease is held', async () => {
  await load.settle();
  expect(await load.differences()).toEqual([]);
  await until('the last lease to end', 60_000, async () =>
    (await leasesHeld(stack.database.url)) === 0 ? true : null,
  );
});

/** Breaks one network under load and heals it; answers what people were told, until a new sync was carried out. */
async function broken(part: Part, state: NetworkState): Promise<Answer[]> {
  const from = load.answers.length;
  load.start();
  await sleep(dice.below(1_000));
  await stack.to[part].set(state);
  await sleep(BROKEN_MS);
  await stack.to[part].set('forward');
  const healedAt = Date.now();
  await load.stop();
  // Callers who come while the last of the outage is being noticed are part of it.
  await until('/readyz to say ok', RESUMED_WITHIN_MS, async () =>
    (await fetch(`${stack.installation.url}/readyz`)).ok ? true : null,
  );
  const readyMs = Date.now() - healedAt;
  const answers = load.answers.slice(from);
  print(summary(`outages: ${state} to ${part} for ${BROKEN_MS} ms`, answers));
  print(`outages: healed, ready after ${readyMs} ms\n`);
  if (part === 'platform' && !isLong) return answers;
  const resumedMs = await load.syncCarriedOut(RESUMED_WITHIN_MS);
  print(`outages: a new sync carried out in ${resumedMs} ms\n`);
  return answers;
}

function refused(answers: readonly Answer[]): string[] {
  return answers.filter(({ status }) => status !== 200).map(show);
}

function reported(answers: readonly Answer[], part: 'database' | 'temporal'): string[] {
  return answers.flatMap((answer) => healthOf(answer)?.[part] ?? []);
}
