import { connect, createServer } from 'node:net';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { run } from './run.mjs';
import { inspectProcess } from './identity.mjs';

/** A port that was free a moment ago. Several asked for at once are all different. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0, '127.0.0.1')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function listen(port, host) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

/** Whether something listens on the port already (or we may not have it): null, or why not. */
export async function whyPortTaken(port, host = '127.0.0.1') {
  // A listener on the wildcard address does not always stop us from binding to loopback, and would
  // then take our callers; so we knock as well as bind.
  if (await canConnect('127.0.0.1', port, 500)) return 'in use';
  try {
    const server = await listen(port, host);
    await new Promise((resolve) => server.close(resolve));
    return null;
  } catch (error) {
    if (error.code === 'EADDRINUSE') return 'in use';
    if (error.code === 'EACCES') return 'not allowed for this user';
    return error.code ?? error.message;
  }
}

/** Whether a TCP connection opens within the limit. */
export function canConnect(host, port, limitMs) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), limitMs);
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Words for who listens on a port ("node server.js, process 4711"), or null where it cannot be seen. */
export async function describePortHolder(port) {
  const pid = process.platform === 'linux' ? holderFromProc(port) : await holderFromLsof(port);
  if (!pid) return null;
  const holder = inspectProcess(pid);
  if (!holder) return null;
  const command =
    holder.command.length > 120 ? `${holder.command.slice(0, 117)}...` : holder.command;
  return `process ${pid}: ${command}`;
}

function holderFromProc(port) {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((name) => listeningInodes(name, port)));
  if (inodes.size === 0) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (ownsSocket(pid, inodes)) return Number(pid);
  }
  return null;
}

function listeningInodes(name, port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  try {
    return readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A')
      .map((fields) => `socket:[${fields[9]}]`);
  } catch {
    return [];
  }
}

function ownsSocket(pid, inodes) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

async function holderFromLsof(port) {
  try {
    const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], {
      timeoutMs: 3_000,
    });
    return Number(stdout.split('\n')[0]) || null;
  } catch {
    return null;
  }
}
