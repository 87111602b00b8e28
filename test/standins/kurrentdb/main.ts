import { parseArgs } from 'node:util';
import { startStandIn } from './server.js';

/** The stand-in as a process of its own: `node main.js --port 0 --file <log>`. Prints its connection string; ends with SIGINT or SIGTERM. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, file: { type: 'string' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535)
  throw new Error(`--port takes a port number, not ${values.port}`);

const server = await startStandIn({ port, ...(values.file === undefined ? {} : { file: values.file }) });
process.stdout.write(`${server.connectionString}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop());
