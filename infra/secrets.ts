import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Bytes as Prisma stores them. */
type Bytes = Uint8Array<ArrayBuffer>;

export interface Sealed {
  /** Which key sealed it: the first 8 hex digits of the key's SHA-256. */
  readonly keyId: string;
  readonly iv: Bytes;
  readonly tag: Bytes;
  readonly ciphertext: Bytes;
}

export interface Sealer {
  readonly keyId: string;
  /** Encrypts a JSON value. `aad` (table and row id) binds it to its place: moved to another row it does not open. */
  seal(plain: unknown, aad: string): Sealed;
  /** Gives back what was sealed with the same `aad`. Throws `SealError`. */
  open(sealed: Sealed, aad: string): unknown;
}

/** Something sealed cannot be opened: another key, another row, or changed bytes. Holds nothing of the content. */
export class SealError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'SealError';
  }
}

const KEY_BYTES = 32;
/** 96 bits, as NIST SP 800-38D advises for AES-GCM. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Fixed, so that the same text makes the same key in every process; the text itself must be hard to guess. */
const SCRYPT_SALT = 'syncline-encryption-key';

/** AES-256-GCM with a key made from `keyText`: 32 bytes as hex or base64 are the key itself, other text goes through scrypt. */
export function createSealer(keyText: string): Sealer {
  const key = keyFrom(keyText);
  const keyId = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return {
    keyId,
    seal(plain, aad) {
      const iv = bytes(randomBytes(IV_BYTES));
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad));
      const text = Buffer.from(JSON.stringify(plain));
      const ciphertext = bytes(Buffer.concat([cipher.update(text), cipher.final()]));
      return { keyId, iv, tag: bytes(cipher.getAuthTag()), ciphertext };
    },
    open(sealed, aad) {
      if (sealed.keyId !== keyId) {
        throw new SealError(`Sealed with key ${sealed.keyId}, but this process has key ${keyId}.`);
      }
      return decrypt(key, sealed, aad);
    },
  };
}

/** The text the key is made from: what is configured, else the one kept in the home, made there once. */
export function encryptionKeyText(config: { encryptionKey: string | null; home: string }): string {
  return config.encryptionKey ?? keptKey(config.home);
}

function decrypt(key: Buffer, sealed: Sealed, aad: string): unknown {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(aad)).setAuthTag(sealed.tag);
    const text = Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]);
    return JSON.parse(text.toString());
  } catch (cause) {
    throw new SealError(
      'Sealed bytes do not open: they were changed or belong to another row.',
      cause,
    );
  }
}

function keyFrom(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, 'base64');
  return scryptSync(text, SCRYPT_SALT, KEY_BYTES);
}

function keptKey(home: string): string {
  const file = path.join(home, 'encryption-key');
  mkdirSync(home, { recursive: true });
  const draft = path.join(home, `encryption-key.${process.pid}.tmp`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  // Two processes of a new home may come here at once: linking a finished file lets one win and none read half a key.
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}

function isErrno(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function bytes(buffer: Buffer): Bytes {
  return new Uint8Array(buffer);
}
