import { describeEventStore } from './contract.js';
import { openMemoryStore } from './memory.js';

describeEventStore('the memory store', { open: async () => openMemoryStore(), uniqueIds: true });
