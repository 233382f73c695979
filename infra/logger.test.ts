import { createLogger } from './logger';

describe('the logger', () => {
  const lines: string[] = [];
  const logger = createLogger(
    { process: 'api', level: 'info' },
    { write: (line: string) => void lines.push(line) },
  );

  it('writes one JSON line that names its process, level and time', () => {
    logger.info({ connectionId: '7' }, 'paused');
    expect(JSON.parse(lines.pop() ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      process: 'api',
      connectionId: '7',
      msg: 'paused',
    });
  });

  it('removes what bears the name of a secret, at the top and one level down', () => {
    logger.info({
      api_key: 'hidden-1',
      request: { headers: { authorization: 'hidden-2' }, password: 'hidden-3' },
      secrets: { refresh_token: 'hidden-4' },
    });
    expect(lines.pop()).not.toContain('hidden');
  });
});
