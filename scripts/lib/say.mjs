/** Lines for the person at the console. All set-up output goes through here, so that it looks alike. */
import { PlainError } from './plain-error.mjs';

const startedAt = Date.now();

let output = process.stdout;

/** From now on everything is printed on standard error: standard output is a program's to read. */
export function sayOnStandardError() {
  output = process.stderr;
}

/** Prints one line. */
export function say(text = '') {
  output.write(`${text}\n`);
}

/** Prints one line with the time of day: for what happens while everything runs. */
export function tell(text) {
  say(`${new Date().toTimeString().slice(0, 8)}  ${text}`);
}

/** Seconds since this script was started, with one decimal. */
export function secondsSinceStart() {
  return ((Date.now() - startedAt) / 1000).toFixed(1);
}

/**
 * Runs one step of a set-up and prints one line for it when it ends, with its seconds. A step that
 * takes longer than three seconds is announced while it runs, so that nobody wonders. `act` is given
 * a function to add a remark to the line.
 */
export async function step(title, act) {
  const from = Date.now();
  const announce = setTimeout(() => say(`… ${title}`), 3_000);
  let remark = '';
  try {
    const result = await act((text) => {
      remark = ` (${text})`;
    });
    say(`✓ ${title}${remark}, ${((Date.now() - from) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    say(`✗ ${title}, after ${((Date.now() - from) / 1000).toFixed(1)} s`);
    if (error instanceof PlainError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new PlainError(`${title} failed: ${text}`, { cause: error });
  } finally {
    clearTimeout(announce);
  }
}

/** Lays rows of cells out in columns; the first row is the heading. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd();
  const rule = `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}
