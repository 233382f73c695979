import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { PlatformError } from './errors';

/**
 * Keeps calls whose address a user can name away from the inside of the operator's network. Two steps: `checkTarget`
 * on the URL, for addresses written out; `guardedLookup` when the connection is made, for names. The connection then
 * goes to the very address that was checked, so a name that answers differently a second later gains nothing.
 */

const PRIVATE_V4 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE_V4.addSubnet(net, prefix, 'ipv4');
}

/** Global unicast, without the parts of it that carry an IPv4 address inside or lead nowhere. */
const PUBLIC_V6 = new BlockList();
PUBLIC_V6.addSubnet('2000::', 3, 'ipv6');
const SPECIAL_V6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  SPECIAL_V6.addSubnet(net, prefix, 'ipv6');
}

/** Whether an IP address is one of the public internet. Anything else (private, loopback, link-local …) is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !PRIVATE_V4.check(address, 'ipv4');
  if (family === 6) return PUBLIC_V6.check(address, 'ipv6') && !SPECIAL_V6.check(address, 'ipv6');
  return false;
}

function refusal(reason: string): PlatformError {
  return new PlatformError('refused', `The platform's address is not allowed: ${reason}`);
}

/** Throws `PlatformError` (`refused`) for what is no plain web address, or names an address that is not public. */
export function checkTarget(target: string): void {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    throw refusal('it is not a URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refusal('not http or https');
  if (url.username !== '' || url.password !== '') throw refusal('it holds credentials');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refusal('a private address');
}

/** Resolves a name for a connection; fails if any of its addresses is not public. */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    const isPublic =
      first !== undefined && addresses.every(({ address }) => isPublicAddress(address));
    if (error !== null || !isPublic) callback(error ?? refusal('a private address'), '', 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
