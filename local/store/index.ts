export { accountStore, type Owner } from './account-store.ts';
export { DiskFullError, isDiskFull } from './disk-full-error.ts';
export { freeBytes, ROOM_BYTES } from './disk-room.ts';

export { LmdbStore, type StoreListener } from './lmdb-store.ts';
export { MemoryStore } from './memory-store.ts';
export type { Log, LogPage, Range, Store, Stored, Table } from './store.ts';
export { BrokenRecord, StoreError, StoreUnusable } from './store-error.ts';
