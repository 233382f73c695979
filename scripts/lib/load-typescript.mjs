/**
 * Loads our TypeScript modules as they lie in the source, for tools of developers that must work
 * while nothing is built. Whoever runs the product runs `dist`.
 */
import { createRequire, Module } from 'node:module';
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
  if (!require.extensions['.ts']) {
    require.extensions['.ts'] = (module, file) =>
      module._compile(transformFileSync(file, options).code, file);
    findTypeScriptOfJs();
  }
  return require(join(ROOT, path));
}

/** The generated database client imports its files as they will be called once compiled. */
function findTypeScriptOfJs() {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function find(request, parent, ...rest) {
    try {
      return resolve.call(this, request, parent, ...rest);
    } catch (error) {
      const isOurs = /^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith('.ts');
      if (!isOurs) throw error;
      return resolve.call(this, request.replace(/\.js$/, '.ts'), parent, ...rest);
    }
  };
}
