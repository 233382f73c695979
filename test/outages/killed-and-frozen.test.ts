import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '../support/dice';
import { Installation } from '../support/installation';
import { until } from '../support/until';
import type { Answer } from './ask';
import { faultsOf, healthOf, summary } from './judge';
import { leasesHeld } from './leases';
import { Load, show } from './load';
import { freeze } from './process-tree';

/**
 * A whole installation under load while its parts are killed outright, alone and in pairs, at random moments, and
 * while its servers hang. Short in `npm test`; `npm run test:outages` kills every pair several times over.
 */

const isLong = process.env['OUTAGES'] === 'long';
jest.setTimeout(isLong ? 600_000 : 240_000);

/** Linux tells which processes a part consists of. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

const PARTS = ['worker', 'api', 'temporal', 'postgres', 'sandbox'];
const PAIRS = PARTS.flatMap((one, n) => PARTS.slice(n + 1).map((other) => [one, other]));
const ROUNDS = isLong ? 3 : 1;
const SHORT_PAIRS = 3;
const FREEZE_MS = isLong ? 60_000 : 15_000;
const LATEST_KILL_MS = 1_500;
const RECOVERY_LIMIT_MS = 90_000;

const dice = Dice.fromEnvironment();
const print = (text: string) => process.stderr.write(text);

onLinux('an installation under load', () => {
  let installation: Installation;
  let load: Load;

  beforeAll(async () => {
    print(`outages: OUTAGES_SEED=${dice.seed}\n`);
    installation = await Installation.create();
    await installation.start();
    load = await Load.connect(installation, dice);
  });
  afterAll(() => installation.remove());

  const alone = PARTS.map((part) => [part]);
  const pairs = Array.from({ length: ROUNDS }, () => dice.shuffle(PAIRS)).flat();
  const rounds = [...alone, ...(isLong ? pairs : pairs.slice(0, SHORT_PAIRS))];

  test.each(rounds.map((parts, n) => ({ n: n + 1, name: parts.join(' and '), parts })))(
    'round $n: kill -9 of $name: answers are clear and in time, and it comes back',
    async ({ name, parts }) => {
      const answers = await underLoad(async () => {
        const afterMs = Math.round(dice.below(LATEST_KILL_MS));
        await sleep(afterMs);
        const before = installation.pids();
        for (const part of parts) installation.kill(part);
        const killedAt = Date.now();
        await backAgain(parts, before);
        print(`outages: ${name} killed after ${afterMs} ms, back in ${Date.now() - killedAt} ms\n`);
      });
      print(summary(`outages: ${name} killed`, answers));
      expect(faultsOf(answers, parts.includes('api'))).toEqual([]);
    },
  );

  test('a PostgreSQL that hangs: every request is refused in time, and told why', async () => {
    const answers = await underLoad(() => frozen('postgres', 'database'));
    print(summary('outages: postgres frozen', answers));
    expect(faultsOf(answers, false)).toEqual([]);
  });

  test('a Temporal that hangs: every request is taken in time', async () => {
    const answers = await underLoad(() => frozen('temporal', 'temporal'));
    print(summary('outages: temporal frozen', answers));
    expect(faultsOf(answers, false)).toEqual([]);
    const refused = answers.filter(({ what, status }) => what !== 'GET /readyz' && status !== 200);
    expect(refused.map(show)).toEqual([]);
  });

  test('what was taken has been carried out, the store says what the platform says, no lease is held', async () => {
    await load.settle();
    expect(await load.differences()).toEqual([]);
    await until('the last lease to end', 60_000, async () =>
      (await leasesHeld(databaseUrl(installation))) === 0 ? true : null,
    );
    const { output } = installation;
    expect(output).not.toMatch(/went wrong inside/);
  });

  /** Runs `act` while people work, and answers what they were told. */
  async function underLoad(act: () => Promise<void>): Promise<Answer[]> {
    const from = load.answers.length;
    load.start();
    try {
      await act();
      // What comes right after the recovery must be right, too.
      await sleep(1_000);
    } finally {
      await load.stop();
    }
    return load.answers.slice(from);
  }

  async function backAgain(parts: string[], before: Record<string, number>): Promise<void> {
    await until(`${parts.join(' and ')} to run again`, RECOVERY_LIMIT_MS, async () => {
      const now = installation.pids();
      const isBack = parts.every((part) => now[part] !== undefined && now[part] !== before[part]);
      const ready = isBack ? await fetch(`${installation.url}/readyz`).catch(() => null) : null;
      return ready?.ok === true ? true : null;
    });
  }

  async function frozen(part: string, name: 'database' | 'temporal'): Promise<void> {
    const goOn = freeze(installation.pids()[part] ?? 0);
    const from = load.answers.length;
    const told = () => load.answers.slice(from).flatMap((answer) => healthOf(answer) ?? []);
    try {
      await until(`/readyz to say that ${name} is down`, 10_000, async () =>
        told().some((health) => health[name] === 'down') ? true : null,
      );
      const mark = load.answers.length;
      await sleep(FREEZE_MS);
      const meanwhile = load.answers.slice(mark).flatMap((answer) => healthOf(answer) ?? []);
      const other = name === 'database' ? 'temporal' : 'database';
      expect(meanwhile.length).toBeGreaterThan(0);
      expect(meanwhile.filter((each) => each[name] === 'up')).toEqual([]);
      expect(meanwhile.filter((each) => each[other] === 'down')).toEqual([]);
    } finally {
      goOn();
    }
    const thawedAt = Date.now();
    await until('/readyz to say ok again', RECOVERY_LIMIT_MS, async () =>
      (await fetch(`${installation.url}/readyz`)).ok ? true : null,
    );
    print(`outages: ${part} frozen for ${FREEZE_MS} ms, ready ${Date.now() - thawedAt} ms after\n`);
  }
});

function databaseUrl(installation: Installation): string {
  const file = path.join(installation.home, 'postgres', 'password');
  const password = readFileSync(file, 'utf8').trim();
  return `postgresql://syncline:${password}@127.0.0.1:${installation.port('POSTGRES_PORT')}/syncline`;
}
