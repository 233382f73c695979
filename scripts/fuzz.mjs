import { runCommand } from './lib/entry.mjs';

runCommand(() => import('./commands/fuzz.mjs'));
