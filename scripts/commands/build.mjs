import { setUp } from '../lib/set-up.mjs';

/** `npm run build`: installs and builds what is missing or out of date. */
export async function main() {
  await setUp();
}
