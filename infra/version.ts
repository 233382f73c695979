import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const named = z.object({ name: z.literal('syncline'), version: z.string() });

/** The product's version, as `package.json` says: above this folder, or above `dist`. */
export const VERSION = versionAbove(__dirname);

function versionAbove(folder: string): string {
  for (const up of ['..', '../..']) {
    try {
      const text = readFileSync(path.join(folder, up, 'package.json'), 'utf8');
      return named.parse(JSON.parse(text)).version;
    } catch {
      // Not there, or another package's.
    }
  }
  return 'unknown';
}
