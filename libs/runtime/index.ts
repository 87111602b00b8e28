export { DataFolderInUse, holdDataFolder } from './data-folder.js';
export { erasuresIn } from './erasures.js';
export { memoryRuntime, type MemoryRuntimeOptions } from './memory.js';
export { NotShared, openRuntime, type OpenRuntime, type RuntimeOptions } from './open.js';
export { setting, SettingError } from './setting.js';
export { EVENT_TYPES, type Keys, type Runtime } from './runtime.js';
export { INSTRUMENTS_FOLDER } from './own-instruments.js';
export { VERSION } from './version.js';
export { takeInOwnInstruments } from './own-instruments.js';
