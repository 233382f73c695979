/** `node run-typescript.mjs FILE …`: runs one of our TypeScript modules as a process of its own, as it lies in the source. */
import { loadTypeScript } from './load-typescript.mjs';

loadTypeScript(process.argv[2]);
