/** What a person wants to know after a test run, in a few lines. */
import { relative, sep } from 'node:path';
import { ROOT } from './paths.mjs';
import { table } from './say.mjs';

const SLOWEST = 5;

/**
 * From Jest's JSON report and the notes of tests that left themselves out: `{text, failed}`. The
 * text ends in `N passed, N failed, N skipped`. A file that could not be run counts as a failure.
 */
export function summarise(report, notes) {
  if (!report) return { text: 'Jest left no report.\n\n0 passed, 1 failed, 0 skipped', failed: 1 };
  const files = JSON.parse(report).testResults.map(describeFile);
  const total = (name) => files.reduce((sum, file) => sum + file[name].length, 0);
  const [passed, failed, skipped] = [total('passed'), total('failed'), total('skipped')];
  const lines = [
    '',
    table([['Tests in', 'passed', 'failed', 'skipped', 'seconds'], ...areas(files)]),
    ...list('Slowest', slowest(files)),
    ...list(
      'Failed',
      files.flatMap((file) => file.failed.map((name) => `${file.path}: ${name}`)),
    ),
    ...list(
      'Skipped',
      files.flatMap((file) => file.skipped.map((name) => `${file.path}: ${name}`)),
    ),
    ...list('Why tests were skipped', [...new Set(notes.split('\n').filter(Boolean))]),
    '',
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
  return { text: lines.join('\n'), failed };
}

function describeFile({ name, assertionResults, startTime, endTime, status, message }) {
  const path = relative(ROOT, name).split(sep).join('/');
  const named = (states) =>
    assertionResults.filter((test) => states.includes(test.status)).map((test) => test.fullName);
  const failed = named(['failed']);
  if (status === 'failed' && failed.length === 0) {
    failed.push(`(the file could not be run) ${message.trim().split('\n')[0]}`);
  }
  const skipped = named(['pending', 'todo', 'skipped', 'disabled']);
  return {
    path,
    area: areaOf(path),
    passed: named(['passed']),
    failed,
    skipped,
    ms: endTime - startTime,
  };
}

/** `test/integration/…` and `core/…` are the areas people think in. */
function areaOf(path) {
  const parts = path.split('/').slice(0, -1);
  return (parts[0] === 'test' ? parts.slice(0, 2) : parts.slice(0, 1)).join('/') || '.';
}

function areas(files) {
  const names = [...new Set(files.map(({ area }) => area))].sort();
  return names.map((area) => {
    const own = files.filter((file) => file.area === area);
    const count = (name) => String(own.reduce((sum, file) => sum + file[name].length, 0));
    const seconds = own.reduce((sum, file) => sum + file.ms, 0) / 1000;
    return [area, count('passed'), count('failed'), count('skipped'), seconds.toFixed(1)];
  });
}

function slowest(files) {
  return [...files]
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST)
    .map(({ path, ms }) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${path}`);
}

function list(title, items) {
  return items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `  ${item}`)];
}
