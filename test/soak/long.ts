import { type Ground, startGround } from './ground';
import { playRound, type RoundResult, type RoundSize } from './round';
import { Tally } from './tally';

/** Some 80 s of events, and what waits for the last kill. */
const SIZE: RoundSize = { events: 150, kills: 6 };

const OTHER_LOG = 'lines of libraries';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** The only round to play; null = rounds until the time is up. */
  readonly round: number | null;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Plays rounds until the time is up, each on a tenant of its own. Answers how many promises were broken. */
export async function soak(options: SoakOptions): Promise<{ violations: number }> {
  const { say, seed, signal } = options;
  const until = Date.now() + options.minutes * 60_000;
  const sum = new Tally();
  const broken: string[] = [];
  let rounds = 0;
  const ground = await startGround();
  try {
    let number = options.round ?? 1;
    do {
      const round = { seed: seedOf(seed, number), tenant: `soak-${seed}-${number}`, signal };
      const result = await playRound(ground, { ...round, size: SIZE });
      if (!result.isInterrupted) rounds += 1;
      sum.addAll(result.tally);
      tell(say, `round ${number}`, result);
      if (result.violations.length > 0) {
        broken.push(`round ${number}: npm run test:soak -- --seed ${seed} --round ${number}`);
        broken.push(...result.violations.map((each) => `  ${each}`));
      }
      number += 1;
    } while (options.round === null && Date.now() < until && !signal.aborted);
    countLogs(ground, sum);
  } finally {
    await ground.close();
  }
  const violations = broken.filter((line) => line.startsWith('  ')).length;
  say(`\nSeed ${seed}: ${rounds} rounds, ${violations} violations\n${sum.table()}`);
  for (const line of broken) say(line);
  return { violations };
}

function countLogs({ api, workers }: Ground, tally: Tally): void {
  for (const line of [api, ...workers].flatMap((each) => each.logged())) {
    const of = (field: string) => new RegExp(`"${field}":"([^"]{0,200})`).exec(line)?.[1];
    tally.add('logged', [of('msg'), of('message')].filter(Boolean).join(': ') || OTHER_LOG);
  }
}

/** Rounds of different seeds have nothing in common. */
function seedOf(seed: number, round: number): number {
  return Math.imul(seed, 1_000_003) + round;
}

function tell(say: (text: string) => void, name: string, result: RoundResult): void {
  const { tally, violations, seconds } = result;
  const totals = ['events', 'faults struck', 'kills', 'syncs', 'records compared']
    .map((group) => `${tally.total(group)} ${group}`)
    .join(', ');
  say(`${name}: ${seconds.toFixed(0)} s, ${totals}, ${violations.length} violations`);
  if (violations.length > 0) say(result.diary.join('\n'));
}
