import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSealer, encryptionKeyText, SealError } from './secrets';

const KEY = 'a text of some length';

describe('sealer', () => {
  const sealer = createSealer(KEY);

  it('gives back what was sealed', () => {
    const secret = { refresh_token: 'r-1', nested: [1, null, 'ü'] };
    const sealed = sealer.seal(secret, 'credentials:7');
    expect(Buffer.from(sealed.ciphertext).toString()).not.toContain('r-1');
    expect(createSealer(KEY).open(sealed, 'credentials:7')).toEqual(secret);
  });

  it('never uses an iv twice', () => {
    const ivs = Array.from({ length: 50 }, () =>
      Buffer.from(sealer.seal(1, 'a').iv).toString('hex'),
    );
    expect(new Set(ivs).size).toBe(50);
  });

  it('does not open what was moved to another row', () => {
    const sealed = sealer.seal({ a: 1 }, 'credentials:7');
    expect(() => sealer.open(sealed, 'credentials:8')).toThrow(SealError);
  });

  it('does not open changed bytes', () => {
    const sealed = sealer.seal({ a: 1 }, 'credentials:7');
    const ciphertext = Uint8Array.from(sealed.ciphertext, (byte, index) =>
      index === 0 ? byte ^ 1 : byte,
    );
    expect(() => sealer.open({ ...sealed, ciphertext }, 'credentials:7')).toThrow(SealError);
  });

  it('names the key where another one sealed it', () => {
    const other = createSealer('another text of length');
    expect(() => other.open(sealer.seal(1, 'a'), 'a')).toThrow(`Sealed with key ${sealer.keyId}`);
  });

  it('takes 32 bytes as hex or base64 for the key itself', () => {
    const key = randomBytes(32);
    expect(createSealer(key.toString('hex')).keyId).toBe(
      createSealer(key.toString('base64')).keyId,
    );
  });
});

describe('encryption key of a home', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'syncline-home-'));
  afterAll(() => rmSync(home, { recursive: true }));

  it('is made once and readable by its owner alone', () => {
    const first = encryptionKeyText({ encryptionKey: null, home });
    expect(encryptionKeyText({ encryptionKey: null, home })).toBe(first);
    expect(readdirSync(home)).toEqual(['encryption-key']);
    expect(statSync(path.join(home, 'encryption-key')).mode & 0o777).toBe(0o600);
  });

  it('gives way to a configured one', () => {
    expect(encryptionKeyText({ encryptionKey: KEY, home })).toBe(KEY);
  });
});
