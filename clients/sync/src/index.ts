export { LocalCopy, type Conflict, type Decision, type LocalCopyOptions, type Refusal } from './copy.js';
export { httpServer, parseServer, SyncError, type ParseSdk, type Server } from './server.js';
export { IndexedDbStorage, MemoryStorage, type Storage } from './storage.js';
export type { Fields, Row, Value } from './values.js';
