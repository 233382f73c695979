/** Everything the worker's workflow bundle holds. */
export { connection } from './connection';
export { modelSync } from './model-sync';
export { repair } from './repair';
