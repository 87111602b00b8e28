// Lets Node run the TypeScript sources as they stand, with single pieces of text in them replaced: planted bugs.
// Use: node --conditions=source --import ./test/simulation/from-source.mjs <file>.ts
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** @type {{ file: string, from: string, to: string }[]} one or several */
const planted = [JSON.parse(process.env['PLANTED_BUG'] ?? '[]') ?? []].flat();

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return next(source.href, context);
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    const file = fileURLToPath(url);
    return { format: 'module', shortCircuit: true, source: compiled(file, withBugs(file, readFileSync(file, 'utf8'))) };
  },
});

/**
 * @param {string} file
 * @param {string} source
 */
function withBugs(file, source) {
  return planted.filter((bug) => file === root + bug.file).reduce((text, bug) => withBug(text, bug), source);
}

/**
 * @param {string} source
 * @param {{ file: string, from: string, to: string }} bug
 */
function withBug(source, { file, from, to }) {
  if (source.split(from).length !== 2) throw new Error(`${file} does not hold the text exactly once`);
  return source.replace(from, () => to);
}

/**
 * @param {string} filename
 * @param {string} source
 */
function compiled(filename, source) {
  return transformSync(source, {
    filename,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      keepClassNames: true,
      experimental: { keepImportAttributes: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'es6' },
  }).code;
}
