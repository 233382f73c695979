import { isLoopbackAddress, isLoopbackHost } from '../../infra/loopback';
import type { Exchange } from './exchange';

/** What proxies and tunnels add: whoever is behind one may be anybody. */
const FORWARDING = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Pages of our own, and what a person types into the address bar or at a console. */
const OWN_SITES = [undefined, 'same-origin', 'none'];

/**
 * Whether whoever asks sits at this machine, and asked by a page of ours. The address alone does not say so: a page of
 * any site can have its visitor's browser ask, and its host name may lead here (DNS rebinding).
 */
export function isAtThisMachine(exchange: Exchange): boolean {
  return (
    isLoopbackAddress(exchange.peer) &&
    isLoopbackHost(hostnameOf(`http://${exchange.header('host') ?? ''}`)) &&
    FORWARDING.every((name) => exchange.header(name) === undefined) &&
    OWN_SITES.includes(exchange.header('sec-fetch-site')) &&
    isOwnOrigin(exchange.header('origin'))
  );
}

function isOwnOrigin(origin: string | undefined): boolean {
  return origin === undefined || isLoopbackHost(hostnameOf(origin));
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}
