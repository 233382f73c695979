import { checkNodeVersion } from './node-version.mjs';
import { sentence } from './plain-error.mjs';

/**
 * Runs a command: `load` imports the module whose `main()` does the work and may answer an exit
 * code. This file and its two imports keep to what an old Node understands, so that it is told
 * what it lacks instead of failing on newer syntax.
 */
export function runCommand(load) {
  Promise.resolve()
    .then(checkNodeVersion)
    .then(load)
    .then((module) => module.main())
    .then((code) => {
      process.exitCode = code || 0;
    })
    .catch((error) => {
      process.exitCode = 1;
      console.error(`\n✗ ${sentence(error)}`);
    });
}
