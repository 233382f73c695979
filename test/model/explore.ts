import { begin, isDone, steps } from './steps';
import { type Attempt, type Pull, ROWS, type Scenario, type Step, type World } from './world';

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** What is wrong, with the way that leads there; null where nothing is. */
  readonly violation: { readonly what: string; readonly path: readonly string[] } | null;
}

interface Node {
  readonly world: World;
  readonly from: number;
  readonly step: string;
}

/** Walks every interleaving of a scenario, breadth first, so that a violation comes with a shortest way to it. */
export function explore(scenario: Scenario, check: (world: World) => string | null): Exploration {
  const nodes: Node[] = [{ world: begin(scenario), from: -1, step: 'start' }];
  const known = new Map<string, number>([[keyOf(begin(scenario)), 0]]);
  const causes: number[][] = [[]];
  let transitions = 0;
  const pathTo = (at: number): string[] => {
    const path: string[] = [];
    for (let node = nodes[at]; node !== undefined && node.from >= 0; node = nodes[node.from]) {
      path.unshift(node.step);
    }
    return path;
  };
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined) break;
    const what = check(node.world);
    if (what !== null) {
      return { states: nodes.length, transitions, violation: { what, path: pathTo(at) } };
    }
    for (const step of steps(node.world, scenario)) {
      transitions += 1;
      const target = place(step, at);
      if (step.progress) causes[target]?.push(at);
    }
  }
  const stuck = firstStuck(nodes, causes);
  const violation = stuck === null ? null : { what: 'a job that never ends', path: pathTo(stuck) };
  return { states: nodes.length, transitions, violation };

  function place(step: Step, from: number): number {
    const key = keyOf(step.to);
    const there = known.get(key);
    if (there !== undefined) return there;
    known.set(key, nodes.length);
    causes.push([]);
    return nodes.push({ world: step.to, from, step: step.name }) - 1;
  }
}

/** The first state from which the system's own steps lead to no state in which every job has ended. */
function firstStuck(nodes: readonly Node[], causes: readonly number[][]): number | null {
  const ends = new Uint8Array(nodes.length);
  const queue = nodes.flatMap(({ world }, at) => (isDone(world) ? [at] : []));
  for (const at of queue) ends[at] = 1;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const cause of causes[next] ?? []) {
      if (ends[cause] === 1) continue;
      ends[cause] = 1;
      queue.push(cause);
    }
  }
  const first = ends.indexOf(0);
  return first < 0 ? null : first;
}

/**
 * A world as a short text. Two that differ in how large their stamps and fences are, but not in their order, are one;
 * so are two attempts that can store nothing more, whatever they still hold in their hands.
 */
function keyOf(world: World): string {
  const { platform, stored, jobs, pulls, attempts, left, ghost } = world;
  const open = pulls.filter((pull) => pull.state === 'RUNNING');
  const lastBackfill = pulls.findLast(
    (pull) => pull.kind === 'backfill' && pull.state !== 'RUNNING',
  );
  const stamp = ranker([
    world.incrementalEndedAt ?? 0,
    ...jobs.flatMap((job) => (job.state === 'CREATED' ? [job.createdAt] : [])),
    ...open.map((pull) => pull.takenAt),
  ]);
  const isKept = (id: number | null) =>
    id !== null && (pulls[id - 1]?.state === 'RUNNING' || id === lastBackfill?.id);
  let key = `${stamp(world.incrementalEndedAt ?? 0)}|${world.watermark}|${world.coveredFrom}|${world.owedSince}`;
  key += `|${world.changesMade}|${left.crashes}${left.failures}${left.cancels}${left.lostCursors}${left.hidden}`;
  key += `|${ghost.wasGone}|${ghost.shown}|${ghost.violation}`;
  for (const row of ROWS) {
    key += `|${platform[row].exists}${platform[row].version}`;
    key += `${stored[row].state}${stored[row].version}${stored[row].touched}`;
  }
  for (const job of jobs) {
    const waits = job.state === 'CREATED' ? stamp(job.createdAt) : 0;
    key += `|${job.state}${isKept(job.pull) ? job.pull : ''},${waits}${job.claimedLate}`;
  }
  for (const pull of pulls) key += `|${isKept(pull.id) ? pullKey(pull, world, stamp) : pull.state}`;
  const held = attempts.map((attempt) => {
    const pull = pulls[attempt.pull - 1];
    const isFenced = pull?.state !== 'RUNNING' || pull.fence !== attempt.fence;
    return isFenced ? 'fenced' : attemptKey(attempt);
  });
  return `${key}|${held.sort().join('|')}`;
}

function pullKey(pull: Pull, { fence }: World, stamp: (at: number) => number): string {
  const open =
    pull.state === 'RUNNING'
      ? `${pull.fence === fence}${stamp(pull.takenAt)}${pull.attempts},${pull.restarts},${pull.furthest}${pull.backsOff}`
      : `${pull.errorCode}`;
  return `${pull.id}${pull.kind}${pull.state}${pull.since}${pull.sweep}${pull.continues}${pull.phase}${pull.cursor},${pull.firstDate}${open},${pull.held}${pull.seen}/${pull.gone}/${pull.after}`;
}

function attemptKey(attempt: Attempt): string {
  const { pull, step, phase, cursor, firstDate, hand } = attempt;
  return `${pull}${step}${phase}${cursor},${firstDate},${hand.version},${hand.gone}${hand.after}`;
}

function ranker(values: readonly number[]): (value: number) => number {
  return (value) => values.reduce((rank, other) => (other < value ? rank + 1 : rank), 0);
}
