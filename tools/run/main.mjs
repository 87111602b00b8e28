import { build } from './build.mjs';
import { root } from './checkout.mjs';
import { install } from './install.mjs';
import { launch } from './launch.mjs';
import { check, test } from './test.mjs';

/**
 * @param {string[]} args what stood behind `followthrough`
 * @returns {Promise<number>} the exit code
 */
export async function main(args) {
  const [first, ...rest] = args;
  await install(root);
  if (first === '--test') return test(root, rest);
  if (first === '--check') return check(root);
  await build(root);
  return first === '--build' ? 0 : launch(root, args);
}
