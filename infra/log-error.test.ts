import { createLogger } from './logger';

describe('errors in the log', () => {
  const lines: string[] = [];
  const logger = createLogger(
    { process: 'worker', level: 'info' },
    { write: (line: string) => void lines.push(line) },
  );
  /** As `pg` makes them. */
  const refused = Object.assign(new Error('new row violates check constraint'), {
    code: '23514',
    constraint: 'refuses',
    detail: 'Failing row contains (1, hidden)',
    where: 'JSON data, line 1: hidden',
  });

  it.each(['err', 'error'])('tell codes and causes under `%s`, and no row', (name) => {
    const error = new Error('not stored', { cause: refused });
    logger.warn({ [name]: Object.assign(error, { bytes: 'hidden' }) }, 'failed');
    const line = lines.pop() ?? '';
    expect(line).not.toContain('hidden');
    expect(JSON.parse(line)[name]).toEqual({
      type: 'Error',
      message: 'not stored',
      stack: expect.stringContaining('log-error.test.ts'),
      cause: {
        type: 'Error',
        message: 'new row violates check constraint',
        code: '23514',
        constraint: 'refuses',
        stack: expect.any(String),
      },
    });
  });

  it('end where an error is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    logger.warn({ err: error }, 'failed');
    expect((lines.pop() ?? '').length).toBeLessThan(20_000);
  });
});
