import {
  closeSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const READ_CHUNK_BYTES = 8 * 1024 * 1024;
const WRITE_CHUNK_LINES = 2_000;

/**
 * A file to which lines are only added; what it says, read from the top, is the state. A line that
 * has been flushed outlives a killed process (not a power cut: nothing is synced to the disk).
 */
export class Journal {
  private descriptor: number;
  private pending: string[] = [];
  private scheduled: NodeJS.Immediate | null = null;
  private writtenBytes = 0;
  private isClosed = false;

  constructor(private readonly path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.descriptor = openSync(path, 'a');
  }

  /** Bytes written since the journal was opened or last rewritten. */
  get addedBytes(): number {
    return this.writtenBytes;
  }

  /** Adds a line at the end of this turn of the event loop. It must not contain a line break. */
  append(line: string): void {
    // A connection that is cut while the server closes may still want to log its request.
    if (this.isClosed) return;
    this.pending.push(line);
    this.scheduled ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.scheduled !== null) clearImmediate(this.scheduled);
    this.scheduled = null;
    if (this.pending.length === 0) return;
    const text = `${this.pending.join('\n')}\n`;
    this.pending = [];
    this.writtenBytes += writeText(this.descriptor, text);
  }

  /** Replaces the whole file by `lines`, at one stroke: a crash leaves the old one or the new. */
  rewrite(lines: Iterable<string>): void {
    this.pending = [];
    const nextPath = `${this.path}.next`;
    const next = openSync(nextPath, 'w');
    let lot: string[] = [];
    for (const line of lines) {
      lot.push(line);
      if (lot.length < WRITE_CHUNK_LINES) continue;
      writeText(next, `${lot.join('\n')}\n`);
      lot = [];
    }
    if (lot.length > 0) writeText(next, `${lot.join('\n')}\n`);
    closeSync(next);
    closeSync(this.descriptor);
    renameSync(nextPath, this.path);
    this.descriptor = openSync(this.path, 'a');
    this.writtenBytes = 0;
  }

  /** May be called again: the descriptor's number could be somebody else's by then. */
  close(): void {
    if (this.isClosed) return;
    this.flush();
    this.isClosed = true;
    closeSync(this.descriptor);
  }
}

function writeText(descriptor: number, text: string): number {
  const bytes = Buffer.from(text, 'utf8');
  // writeSync may write less than asked for, for instance of more than 2 GB.
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written);
  }
  return bytes.length;
}

/**
 * Hands every whole line of the file to `take` and returns the file's length in bytes. A last line
 * without its line break was cut by a crash: it is removed, as the next line would be glued to it.
 */
export function readJournal(path: string, take: (line: string) => void): number {
  const descriptor = openSync(path, 'r');
  const chunk = Buffer.allocUnsafe(READ_CHUNK_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  let total = 0;
  for (;;) {
    const count = readSync(descriptor, chunk, 0, READ_CHUNK_BYTES, null);
    if (count === 0) break;
    total += count;
    const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line !== '') take(line);
    rest = bytes.subarray(end);
  }
  closeSync(descriptor);
  if (rest.length > 0) truncateSync(path, total - rest.length);
  return total - rest.length;
}

/** The first whole line of the file, or '' where there is none. */
export function readFirstLine(path: string): string {
  const descriptor = openSync(path, 'r');
  const start = Buffer.alloc(64 * 1024);
  const count = readSync(descriptor, start, 0, start.length, 0);
  closeSync(descriptor);
  const end = start.subarray(0, count).indexOf(0x0a);
  return end < 0 ? '' : start.toString('utf8', 0, end);
}
