import { Runtime, type Logger } from '@temporalio/worker';
import type { OperatorLog } from './ports.js';

let installed = false;

/** Not the client's retries: each poller would tell of each one while the server is away, and the link says so once. */
const NATIVE_LOG = 'ERROR,temporalio_sdk_core=WARN,temporalio_client=ERROR';

/** Once per process, before the first connection: no signal handlers of its own, and its log goes where ours goes. */
export function installRuntime(operator: OperatorLog): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    shutdownSignals: [],
    logger: bridged(operator),
    telemetryOptions: { logging: { forward: {}, filter: NATIVE_LOG } },
  });
}

/** Warnings and errors only; the message without its attributes, which may hold addresses and stacks. */
function bridged(operator: OperatorLog): Logger {
  const say = (message: string): void => operator.warn(`temporal: ${message}`);
  const silent = (): void => undefined;
  return {
    log: (level, message) => (level === 'WARN' || level === 'ERROR' ? say(message) : undefined),
    trace: silent,
    debug: silent,
    info: silent,
    warn: say,
    error: say,
  };
}
