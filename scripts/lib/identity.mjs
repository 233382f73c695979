/**
 * Who a process is. A pid alone says little: it is used again, in containers within seconds. A
 * process is taken for the one we started only while its start time and command line agree.
 */
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const isLinux = process.platform === 'linux';

/** `{pid, ppid, startedAt, command}` of a live process, or null. A zombie counts as gone. */
export function inspectProcess(pid) {
  try {
    return isLinux ? fromProc(pid) : fromPs(pid);
  } catch {
    return null;
  }
}

function fromProc(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in brackets and may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, ppid] = fields;
  if (state === 'Z' || state === 'X') return null;
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
  return { pid, ppid: Number(ppid), startedAt: `${bootId}/${fields[19]}`, command };
}

function fromPs(pid) {
  const text = execFileSync('ps', ['-o', 'ppid=,state=,lstart=,command=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const match = /^(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/s.exec(text);
  if (!match || match[2].startsWith('Z')) return null;
  return { pid, ppid: Number(match[1]), startedAt: match[3], command: match[4] };
}

/** Whether the process described then is the one that now has its pid. */
export function isSameProcess(record) {
  const now = inspectProcess(record.pid);
  if (!now || now.startedAt !== record.startedAt) return false;
  // PostgreSQL and others may rewrite their title, but never its first word's last part.
  return now.command === record.command || now.command.includes(record.marker ?? record.command);
}

/** Kills what is left of a process group; false when nothing was. */
export function killGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Resolves true once the process is gone, false when it is still there after the limit. */
export async function waitUntilGone(record, limitMs) {
  const until = Date.now() + limitMs;
  while (isSameProcess(record)) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
