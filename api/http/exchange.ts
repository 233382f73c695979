import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';

/** What a route may see of a request beside its parameters, and may add to its answer. */
export interface Exchange {
  /** Who asks, as far as the network knows: through a trusted proxy, whom the proxy names. */
  readonly address: string;
  /** The other end of the socket, whatever headers say. */
  readonly peer: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  /** Sets a cookie that scripts cannot read, and that other sites' pages do not send along. */
  setCookie(name: string, value: string, options: { maxAgeMs: number; path?: string }): void;
  clearCookie(name: string, options?: { path?: string }): void;
  setHeader(name: string, value: string): void;
}

/** `isSecure`: browsers reach us by https, so that cookies must never travel otherwise. */
export function exchangeOf(request: Request, response: Response, isSecure: boolean): Exchange {
  const attributes = (path = '/') =>
    ({ httpOnly: true, sameSite: 'lax', secure: isSecure, path }) as const;
  return {
    address: request.ip ?? '',
    peer: request.socket.remoteAddress ?? '',
    header: (name) => request.get(name),
    cookie: (name) => cookieOf(request, name),
    setCookie(name, value, { maxAgeMs, path }) {
      response.cookie(name, value, { ...attributes(path), maxAge: maxAgeMs });
    },
    clearCookie(name, { path } = {}) {
      response.clearCookie(name, attributes(path));
    },
    setHeader: (name, value) => response.setHeader(name, value),
  };
}

/** A cookie's value; undefined where the request has none of this name. */
export function cookieOf(request: Request, name: string): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[name];
}

/** Whether browsers reach us by https alone. */
export function isSecure(config: { readonly publicUrl: string }): boolean {
  return config.publicUrl.startsWith('https:');
}
