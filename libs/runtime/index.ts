export { DataFolderInUse } from './data-folder.js';
export { memoryRuntime, type MemoryRuntimeOptions } from './memory.js';
export { openRuntime, type OpenRuntime, type RuntimeOptions } from './open.js';
export { EVENT_TYPES, type Keys, type Runtime } from './runtime.js';
export { takeInOwnInstruments } from './own-instruments.js';
