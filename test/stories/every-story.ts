/**
 * Whether all stories of places and computes are played with real processes: `STEPMILL_EVERY_STORY=1`. By default some are, because
 * each takes half a minute; in virtual time all are: `workflows/promotion/function.test.ts` and `service.test.ts`.
 */
export function isEveryStoryPlayed(): boolean {
  return process.env['STEPMILL_EVERY_STORY'] === '1';
}
