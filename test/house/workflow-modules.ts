import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions } from '@temporalio/worker';

type Webpack = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type Plugin = NonNullable<Webpack['plugins']>[number];

export interface WorkflowBundle {
  /** A package's name, or the path of a source file relative to the checkout. */
  modules: string[];
  bytes: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles workflow code from its sources as the worker does, and says what went into the bundle. */
export async function bundleFrom(workflowsPath: string): Promise<WorkflowBundle> {
  const modules = new Set<string>();
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    logger: silent,
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['source', 'webpack', 'require', 'node', 'default'] },
      plugins: [...(config.plugins ?? []), collectInto(modules)],
    }),
  });
  return { modules: [...modules].sort(), bytes: Buffer.byteLength(code) };
}

/** What the workflows may bring into their sandbox: themselves, the contract, Temporal and what Temporal itself needs. */
const welcome = [
  /^@temporalio\/(workflow|common)$/,
  /^(nexus-rpc|long|ms)$/,
  /^workflows\//,
  /^libs\/orchestration\/contract\.ts$/,
];

export function strangersIn({ modules }: WorkflowBundle): string[] {
  return modules.filter((module) => !welcome.some((pattern) => pattern.test(module)));
}

function collectInto(modules: Set<string>): Plugin {
  return {
    apply(compiler) {
      compiler.hooks.done.tap('collect the modules', ({ compilation }) => {
        for (const module of compilation.modules) {
          const file = module.nameForCondition();
          if (file) modules.add(nameOf(file));
        }
      });
    },
  };
}

function nameOf(file: string): string {
  const path = file.split(sep).join('/');
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  return inPackage?.[1] ?? relative(root, file).split(sep).join('/');
}

const silent = {
  log: () => {},
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
