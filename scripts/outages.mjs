import { runCommand } from './lib/entry.mjs';

runCommand(() => import('./commands/outages.mjs'));
