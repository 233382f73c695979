import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address, as sockets tell it, is this machine's own. */
export function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  // IPv4 addresses in IPv6's clothes are found too.
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a host of a URL or a setting is this machine by a name or an address that no other can have. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || isLoopbackAddress(bare);
}
