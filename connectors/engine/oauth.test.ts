import { MalformedAnswerError } from './errors';
import { readTokens } from './oauth';

const now = new Date('2026-03-01T10:00:00Z');
const read = (body: unknown) =>
  readTokens({ status: 200, headers: {}, body, date: null, ms: 1, bytes: 1 }, now);

describe('readTokens', () => {
  it('counts the life of the access from our own clock', () => {
    const body = { access_token: 'a', refresh_token: 'r', expires_in: 60 };
    expect(read(body)).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      expiresAt: new Date('2026-03-01T10:01:00Z'),
    });
    expect(read({ access_token: 'a' })).toMatchObject({ refreshToken: null, expiresAt: null });
  });

  it.each([-1, 1e12, 1e300, Number.POSITIVE_INFINITY])(
    'makes an instant that can be stored of a life of %d seconds',
    (expires_in) => {
      const at = read({ access_token: 'a', expires_in }).expiresAt?.getTime() ?? 0;
      expect(at).toBeGreaterThanOrEqual(now.getTime());
      expect(at).toBeLessThan(new Date('2040-01-01').getTime());
    },
  );

  it.each([null, [], {}, { access_token: '' }, { access_token: 7 }])(
    'takes %j for malformed',
    (body) => {
      expect(() => read(body)).toThrow(MalformedAnswerError);
    },
  );
});
