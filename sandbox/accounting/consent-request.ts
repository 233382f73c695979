import { z } from 'zod';
import { RESOURCES } from './resources';

/** What an app asks of a customer (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export interface ConsentRequest {
  clientId: string;
  redirectUri: string;
  state: string;
  scopes: string[];
  codeChallenge: string;
}

/**
 * - `page`: nobody can be sent back, as whoever asks cannot be trusted; the person is told.
 * - `redirect`: the app is told, by an error code of RFC 6749 §4.1.2.1.
 */
export type Understood =
  | { kind: 'request'; request: ConsentRequest }
  | { kind: 'page'; message: string }
  | { kind: 'redirect'; location: string };

const text = z.string().max(2_000).catch('');
const querySchema = z.object({
  response_type: text,
  client_id: text,
  redirect_uri: text,
  state: text,
  scope: text,
  code_challenge: text,
  code_challenge_method: text,
});

/** A SHA-256 as base64url. */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

export function readConsentRequest(query: unknown): Understood {
  const asked = querySchema.parse(query);
  if (asked.client_id === '') return { kind: 'page', message: 'The app did not say who it is.' };
  if (!isWebAddress(asked.redirect_uri)) {
    return { kind: 'page', message: 'The app did not say where to send you back.' };
  }
  const refuse = (error: string): Understood => ({
    kind: 'redirect',
    location: redirectTo(asked.redirect_uri, { error, state: asked.state }),
  });
  if (asked.response_type !== 'code') return refuse('unsupported_response_type');
  if (asked.code_challenge_method !== 'S256' || !CHALLENGE.test(asked.code_challenge)) {
    return refuse('invalid_request');
  }
  const scopes = asked.scope.split(' ').filter(Boolean);
  if (scopes.length === 0 || !scopes.every(isScope)) return refuse('invalid_scope');
  return {
    kind: 'request',
    request: {
      clientId: asked.client_id,
      redirectUri: asked.redirect_uri,
      state: asked.state,
      scopes,
      codeChallenge: asked.code_challenge,
    },
  };
}

/** The app's address with an answer to it. */
export function redirectTo(redirectUri: string, answer: Readonly<Record<string, string>>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) {
    if (value !== '') url.searchParams.set(name, value);
  }
  return url.href;
}

/** What a scope allows, for people. */
export function scopeWords(scope: string): string {
  const [resource = '', verb] = scope.split('.');
  const words = resource.replaceAll('_', ' ');
  return verb === 'write' ? `Create and change ${words}` : `See ${words}`;
}

function isScope(scope: string): boolean {
  const [resource, verb, ...more] = scope.split('.');
  return (
    more.length === 0 &&
    Object.hasOwn(RESOURCES, resource ?? '') &&
    /^(read|write)$/.test(verb ?? '')
  );
}

function isWebAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}
