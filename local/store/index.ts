export { DiskFullError, isDiskFull } from './disk-full-error.ts';
export { freeBytes, ROOM_BYTES } from './disk-room.ts';
export type { DiskListener } from './disk-writer.ts';
export { LmdbStore } from './lmdb-store.ts';
export { MemoryStore } from './memory-store.ts';
export type { Log, LogPage, Range, Store, Stored, Table } from './store.ts';
