import { readdirSync, readFileSync } from 'node:fs';

/** A process and all that it has started, itself first; PostgreSQL's children have sessions of their own, so groups do not tell. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const parent = parentOf(name);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces and brackets itself.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/**
 * Stops a process with all that it has started, as a machine that hangs: nothing is closed, nothing answers. Answers
 * how to let it go on.
 */
export function freeze(root: number): () => void {
  const tree = processTree(root);
  // Its head first, so that it starts no more while we go through the list.
  for (const pid of tree) send(pid, 'SIGSTOP');
  return () => {
    for (const pid of tree.reverse()) send(pid, 'SIGCONT');
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
