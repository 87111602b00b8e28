import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows } from '#orchestration';

/** Build step: the workflow code that ships, as one file. Every replay in CI runs against this very bundle. */
const { code } = await bundleWorkflows(fileURLToPath(new URL('../../../workflows/index.js', import.meta.url)));
writeFileSync(new URL('../../../workflow-bundle.js', import.meta.url), code);
