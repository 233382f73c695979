import { explore } from './explore';
import { SCENARIOS } from './scenarios';
import { ROWS, type World } from './world';

/**
 * The sync contract, explored: every order in which up to three jobs, two pulls and two attempts that believe
 * themselves alive can meet changes, crashes, failures and cancels.
 */

jest.setTimeout(300_000);

/** What must hold in every state. */
function check(world: World): string | null {
  if (world.ghost.violation !== null) return world.ghost.violation;
  const early = world.jobs.find(
    (job) => job.state === 'SUCCESS' && job.claimedLate && job.trigger !== 'initial',
  );
  if (early !== undefined) return `job ${early.id} was served by a listing that began before it`;
  const kinds = world.pulls.filter((pull) => pull.state === 'RUNNING').map((pull) => pull.kind);
  if (new Set(kinds).size !== kinds.length) return 'two open pulls of one kind';
  const orphan = world.jobs.find(
    (job) => job.state === 'RUNNING' && world.pulls[(job.pull ?? 0) - 1]?.state !== 'RUNNING',
  );
  if (orphan !== undefined) return `job ${orphan.id} runs without a pull`;
  return null;
}

/** A change the watermark has passed, and the store does not show. */
function unread({ platform, stored, watermark, coveredFrom }: World): string | null {
  if (watermark === null || coveredFrom === null) return null;
  const missed = ROWS.find((row) => {
    const { exists, version } = platform[row];
    const at = version * 1_000;
    if (!exists || at > watermark || at < coveredFrom) return false;
    return stored[row].state !== 'live' || stored[row].version < version;
  });
  return missed === undefined ? null : `the watermark has passed a change of ${missed}`;
}

const total = { states: 0, transitions: 0 };
afterAll(() => {
  process.stderr.write(
    `Explored ${total.states} states and ${total.transitions} transitions in ${SCENARIOS.length} scenarios.\n`,
  );
});

test.each(SCENARIOS)('$name', (each) => {
  // What a full listing hides is found by the next one; until then the watermark may have passed it.
  const rules = each.budget.hidden > 0 ? check : (world: World) => check(world) ?? unread(world);
  const found = explore(each, rules);
  total.states += found.states;
  total.transitions += found.transitions;
  process.stderr.write(`${each.name}: ${found.states} states\n`);
  expect(found.violation).toBeNull();
  expect(found.states).toBeGreaterThan(1_000);
});
