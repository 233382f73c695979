/**
 * Takes out of texts that come from platforms, or go to them, what must not be kept: secrets first, then what looks
 * like one. It takes out too much rather than too little; status and words of an error are left, which is what a
 * person needs.
 */

export const REDACTED = '[redacted]';

const SECRET_NAME = /token|key|secret|pass|pwd|code|sig|auth|cred|session|cookie|assertion/i;
/** Bounded throughout: a hostile answer must not make it slow. A name and its value, as JSON, a form or a header has them. `code` is left: that is where errors say what they are. */
const NAMED =
  /([\w-]{0,40}(?:token|secret|password|passwd|pwd|api[_-]?key|authorization|signature|credential|cookie|session|assertion|verifier)[\w-]{0,40})(\\?["']?\s*[:=]\s*)(\\?"(?:[^"\\]|\\.)*"?|\\?'[^']*'?|[^\s,;&}\])"']+)/gi;
const SCHEME = /\b(bearer|basic|digest)\s+[^\s"',;\\]+/gi;
const EMAIL = /[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
/** Long enough for a token, and no word: it has digits among its letters, or as many capitals as no name has. */
const RUN = /[A-Za-z0-9_~+-]{16,}={0,2}/g;
const LONGEST_WORD = 32;
/** Texts as short as this stand in every answer by chance. */
const SHORTEST_SECRET = 6;

/** A text without these secrets, whatever looks like one, and e-mail addresses. */
export function redactText(text: string, secrets: readonly string[]): string {
  return withoutSecrets(text, secrets)
    .replace(SCHEME, `$1 ${REDACTED}`)
    .replace(NAMED, `$1$2${REDACTED}`)
    .replace(EMAIL, REDACTED)
    .replace(RUN, (run) => (looksRandom(run) ? REDACTED : run));
}

/** A request's path with its query, in which no value stands whose name sounds like a secret's. */
export function redactPath(
  path: string,
  query: Readonly<Record<string, string>>,
  secrets: readonly string[],
): string {
  const pairs = Object.entries(query).map(([name, value]) => {
    const shown = SECRET_NAME.test(name) ? REDACTED : readable(value);
    return `${readable(name)}=${shown}`;
  });
  const whole = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  return withoutSecrets(whole, secrets);
}

/** The texts in a value that are long enough to be secrets, however deep they stand. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length < SHORTEST_SECRET ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: one may stand within another.
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
}

function looksRandom(run: string): boolean {
  const hasDigit = /\d/.test(run);
  if (hasDigit) return /[A-Za-z]/.test(run) || run.length >= LONGEST_WORD / 2;
  return run.length >= LONGEST_WORD && /[a-z]/.test(run) && /[A-Z]/.test(run);
}

/** As it stands where that is unambiguous: a person reads it. */
function readable(text: string): string {
  return text.replace(/[\s&#=%?]/g, encodeURIComponent);
}
