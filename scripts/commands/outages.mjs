import { parseArgs } from 'node:util';
import { PlainError } from '../lib/plain-error.mjs';
import { main as test } from './test.mjs';

/**
 * `npm run test:outages [-- --seed S]`: the long form of test/outages, about an hour. Every pair of
 * parts is killed three times over, servers hang and networks are broken for a minute each. The
 * moments come from the seed, which is printed. Answers Jest's exit code.
 */
export async function main() {
  const { values } = parseArgs({ options: { seed: { type: 'string' } } });
  if (values.seed !== undefined && !/^\d{1,10}$/.test(values.seed)) {
    throw new PlainError('--seed must be a whole number, such as --seed 7');
  }
  process.env.OUTAGES = 'long';
  if (values.seed !== undefined) process.env.OUTAGES_SEED = values.seed;
  // One file at a time: what is measured should not wait for the next file's installation.
  return test(['test/outages', '--runInBand']);
}
