/**
 * Loads our TypeScript modules as they lie in the source, for tools of developers that must work
 * while nothing is built. Whoever runs the product runs `dist`.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';

/** The exports of one module (path from the clone's folder), its own imports included. */
export function loadTypeScript(path) {
  const require = createRequire(join(ROOT, 'package.json'));
  const { transformFileSync } = require('@swc/core');
  const options = {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  };
  require.extensions['.ts'] ??= (module, file) =>
    module._compile(transformFileSync(file, options).code, file);
  return require(join(ROOT, path));
}
