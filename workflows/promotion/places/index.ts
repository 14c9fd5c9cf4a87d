export { findPlace } from './find-place.ts';
export type { FindLive, Place } from './place.ts';
