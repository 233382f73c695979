import { readdirSync, readFileSync } from 'node:fs';

/** What processes have used, from Linux's /proc (proc_pid_stat(5)); elsewhere nothing is known. */

/** USER_HZ of Linux, the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** CPU seconds of the process itself, and of its children that have ended and were waited for. */
  readonly seconds: number;
}

function readStat(pid: number): Stat | null {
  const text = readProc(pid, 'stat');
  if (text === null) return null;
  // The name before it may hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [, parent] = fields;
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(parent), seconds: ticks / TICKS_PER_SECOND };
}

/** A process and all it has started that still run; null where that cannot be read. */
function treeOf(pid: number): Stat[] | null {
  const root = readStat(pid);
  if (root === null) return null;
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const pids = new Set([pid]);
  const tree = [root];
  // A child may stand before its parent in the listing: look until nothing is added.
  for (let grown = true; grown; ) {
    grown = false;
    for (const stat of all) {
      if (pids.has(stat.pid) || !pids.has(stat.parent)) continue;
      pids.add(stat.pid);
      tree.push(stat);
      grown = true;
    }
  }
  return tree;
}

/** CPU milliseconds that a process and all it has started have used so far; null where that cannot be read. */
export function cpuMs(pid: number): number | null {
  const tree = treeOf(pid);
  return tree === null ? null : tree.reduce((sum, { seconds }) => sum + seconds, 0) * 1_000;
}

/** Memory of a process and all it has started, in megabytes. */
export interface TreeMemory {
  /** What several share is counted once, in equal parts (PSS). */
  readonly mb: number;
  /** Of that, what they have mapped together: PostgreSQL's shared buffers, as far as they have been touched. */
  readonly sharedMb: number;
}

/** Null where that cannot be read. */
export function treeMemory(pid: number): TreeMemory | null {
  const tree = treeOf(pid);
  if (tree === null) return null;
  let [mb, sharedMb] = [0, 0];
  for (const process of tree) {
    const text = readProc(process.pid, 'smaps_rollup');
    // One that has ended since holds nothing any more.
    if (text === null) continue;
    mb += kilobytes(text, 'Pss') / 1024;
    sharedMb += kilobytes(text, 'Pss_Shmem') / 1024;
  }
  return mb === 0 ? null : { mb, sharedMb };
}

/** The process that one has started whose command line holds this text; null where there is none. */
export function childRunning(pid: number, text: string): number | null {
  const children = (treeOf(pid) ?? []).filter((stat) => stat.parent === pid);
  return children.find((stat) => readProc(stat.pid, 'cmdline')?.includes(text))?.pid ?? null;
}

/** Memory that a process holds, now and at its highest so far, in megabytes; null where that cannot be read. */
export function memoryMb(pid: number): { readonly now: number; readonly peak: number } | null {
  const text = readProc(pid, 'status');
  if (text === null) return null;
  return { now: kilobytes(text, 'VmRSS') / 1024, peak: kilobytes(text, 'VmHWM') / 1024 };
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
