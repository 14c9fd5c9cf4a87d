/** A time without events that is drawn shorter than it was. */
export interface Cut {
  /** Where it is drawn, as a share of the width. */
  readonly from: number;
  readonly to: number;
  readonly milliseconds: number;
}

/** Times to places; what is idle for long takes little room. */
export interface TimeScale {
  /** Between 0 and 1. */
  readonly place: (at: number) => number;
  readonly cuts: readonly Cut[];
}

/** A gap this many times longer than most is cut. */
const LONG_FACTOR = 4;
const MOST = 0.9;
const SHORTEST_CUT_MILLISECONDS = 2_000;

/** @param times of all events, ascending */
export function createTimeScale(times: readonly number[]): TimeScale {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const longest = longestDrawn(gaps);
  const drawn = gaps.map((gap) => Math.min(gap, longest));
  const total = drawn.reduce((sum, gap) => sum + gap, 0) || 1;
  let sum = 0;
  const places = [0, ...drawn.map((gap) => (sum += gap) / total)];
  const cuts = gaps.flatMap((gap, index): readonly Cut[] => {
    if (gap <= longest) return [];
    return [{ from: places[index] ?? 0, to: places[index + 1] ?? 1, milliseconds: gap }];
  });
  return { place: (at) => interpolate(times, places, at), cuts };
}

function longestDrawn(gaps: readonly number[]): number {
  const sorted = gaps.toSorted((one, other) => one - other);
  const most = sorted[Math.floor(sorted.length * MOST)] ?? 0;
  return Math.max(SHORTEST_CUT_MILLISECONDS, most * LONG_FACTOR);
}

function interpolate(times: readonly number[], places: readonly number[], at: number): number {
  const next = firstAfter(times, at);
  if (next === 0) return 0;
  const from = times[next - 1] ?? at;
  const to = times[next];
  const place = places[next - 1] ?? 0;
  if (to === undefined) return 1;
  return place + ((at - from) / (to - from)) * ((places[next] ?? 1) - place);
}

/** By halving, for histories are long. */
function firstAfter(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
