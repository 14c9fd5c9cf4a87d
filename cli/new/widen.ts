/** The range that a project accepts: what was seen, half as much again at both ends, in round numbers. */
export function widen(
  minimum: number,
  maximum: number,
): { readonly minimum: number; readonly maximum: number } {
  const range = maximum - minimum || Math.abs(maximum) || 1;
  const step = 10 ** Math.floor(Math.log10(range));
  const low = round(Math.floor((minimum - range / 2) / step) * step);
  const high = round(Math.ceil((maximum + range / 2) / step) * step);
  return {
    // A quantity that is never negative stays so.
    minimum: minimum >= 0 ? Math.max(0, low) : low,
    maximum: maximum <= 0 ? Math.min(0, high) : high,
  };
}

/** Without the digits that binary fractions add. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
