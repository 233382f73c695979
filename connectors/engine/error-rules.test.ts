import type { ErrorRule, Headers } from '../contract';
import { CONNECTORS } from '../registry';
import { classifyAnswer, DEFAULT_ERROR_RULES, unreachableRules } from './error-rules';

function classify(
  status: number,
  {
    body = null,
    headers = {},
    rules = [],
  }: { body?: unknown; headers?: Headers; rules?: ErrorRule[] } = {},
) {
  return classifyAnswer(rules, { status, body, headers });
}

describe('the default rules', () => {
  it.each([200, 201, 204, 299])('take %i for good', (status) => {
    expect(classify(status)).toBeNull();
  });

  it('take invalid_grant for dead secrets, with 400 and 401', () => {
    expect(classify(400, { body: { error: 'invalid_grant' } })).toBe('invalid-grant');
    expect(classify(401, { body: { error: 'invalid_grant' } })).toBe('invalid-grant');
    expect(classify(200, { body: { error: 'invalid_grant' } })).toBeNull();
  });

  it.each([
    [401, 'unauthorised'],
    [429, 'rate-limited'],
    [408, 'transient'],
    [425, 'transient'],
    [500, 'transient'],
    [502, 'transient'],
    [503, 'transient'],
    [504, 'transient'],
    [599, 'transient'],
    [301, 'refused'],
    [304, 'refused'],
    [400, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [418, 'refused'],
    [600, 'transient'],
  ])('take %i for %s', (status, kind) => {
    expect(classify(status)).toBe(kind);
  });

  it('take a 503 that says when to come back for a rate limit', () => {
    expect(classify(503, { headers: { 'retry-after': '5' } })).toBe('rate-limited');
  });
});

describe("a connector's rules", () => {
  it('are asked first, in order, also about good answers', () => {
    const rules: ErrorRule[] = [
      { status: 200, matches: (body) => body === 'no', kind: 'refused' },
      {
        status: [400, 499],
        matches: (_body, headers) => headers['x-a'] === '1',
        kind: 'transient',
      },
      { status: 401, kind: 'cursor-expired' },
    ];
    expect(classify(200, { rules, body: 'no' })).toBe('refused');
    expect(classify(200, { rules, body: 'yes' })).toBeNull();
    expect(classify(401, { rules, headers: { 'x-a': '1' } })).toBe('transient');
    expect(classify(401, { rules })).toBe('cursor-expired');
    expect(classify(429, { rules })).toBe('rate-limited');
  });
});

describe('unreachableRules', () => {
  it('finds a rule that earlier ones leave nothing to', () => {
    const late: ErrorRule = { status: 429, matches: () => true, kind: 'refused' };
    expect(unreachableRules([{ status: [400, 499], kind: 'refused' }, late])).toEqual([late]);
    const range: ErrorRule = { status: [500, 501], kind: 'refused' };
    const single: ErrorRule[] = [
      { status: 500, kind: 'transient' },
      { status: 501, kind: 'transient' },
    ];
    expect(unreachableRules([...single, range])).toEqual([range]);
  });

  it('lets a narrower condition stand before a wider one', () => {
    expect(
      unreachableRules([
        { status: 503, matches: () => true, kind: 'rate-limited' },
        { status: 503, kind: 'transient' },
      ]),
    ).toEqual([]);
  });

  it('finds none among the defaults and the connectors', () => {
    expect(unreachableRules(DEFAULT_ERROR_RULES)).toEqual([]);
    for (const connector of CONNECTORS) expect(unreachableRules(connector.errorRules)).toEqual([]);
  });
});
