import type { Exchange } from '../../api/http/exchange';

/** A request from this address with no headers, whose answer nobody reads. */
export function exchangeFrom(address: string): Exchange {
  return {
    address,
    peer: address,
    header: () => undefined,
    cookie: () => undefined,
    setCookie: () => undefined,
    clearCookie: () => undefined,
    setHeader: () => undefined,
  };
}
