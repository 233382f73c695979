import { checkTarget, guardedLookup, isPublicAddress } from './target-guard';

describe('isPublicAddress', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.0.1', '2606:4700::1111'])(
    'takes %s for public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'not an address',
    '',
  ])('takes %s for private', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('checkTarget', () => {
  it.each(['https://erp.example.com', 'http://erp.example.com:8000/base', 'https://8.8.8.8/'])(
    'lets %s pass',
    (target) => {
      expect(() => checkTarget(target)).not.toThrow();
    },
  );

  it.each([
    'http://127.0.0.1:8000',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]:8000',
    'http://[::ffff:7f00:1]/',
    'http://192.168.0.1',
    'ftp://example.com',
    'file:///etc/passwd',
    'https://user:secret@example.com',
    'nonsense',
  ])('refuses %s', (target) => {
    expect(() => checkTarget(target)).toThrow('not allowed');
    expect(() => checkTarget(target)).not.toThrow(/secret/);
  });
});

describe('guardedLookup', () => {
  it.each([true, false])('refuses a name that leads inside (all: %s)', async (all) => {
    const error = await new Promise<Error | null>((done) => {
      guardedLookup('localhost', { all }, (reason) => done(reason));
    });
    expect(error).toMatchObject({ kind: 'refused' });
  });
});
