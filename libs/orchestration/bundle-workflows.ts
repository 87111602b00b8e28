import { bundleWorkflowCode, DefaultLogger, type BundleOptions, type WorkflowBundle } from '@temporalio/worker';

/** Bundles the workflows, compiled or as TypeScript (then `#orchestration/contract` is read from source too). */
export function bundleWorkflows(workflowsPath: string): Promise<WorkflowBundle> {
  const options: BundleOptions = { workflowsPath, logger: new DefaultLogger('WARN') };
  return bundleWorkflowCode(workflowsPath.endsWith('.ts') ? { ...options, webpackConfigHook: withSources } : options);
}

const withSources: NonNullable<BundleOptions['webpackConfigHook']> = (config) => ({
  ...config,
  resolve: { ...config.resolve, conditionNames: ['source', '...'] },
});
