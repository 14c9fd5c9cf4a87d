import type { Schemas } from '../../../api/client/index.ts';
import type { Count } from '../../parts/distribution-plot.tsx';
import { renderNumber } from '../../parts/numbers.ts';

type Column = Schemas['ColumnProfile'];

/** How often the values of a column occur: in bins of numbers, or by category. */
export function countsOf({ type, histogram, frequentValues, otherValues = 0 }: Column): Count[] {
  if (histogram !== undefined) {
    return histogram.counts.map((count, index) => ({
      label: nameBin(histogram, index, type === 'integer'),
      count,
    }));
  }
  return [
    ...(frequentValues ?? []).map(({ value, count }) => ({ label: value, count })),
    ...(otherValues === 0 ? [] : [{ label: 'others', count: otherValues }]),
  ];
}

type Histogram = NonNullable<Column['histogram']>;

function nameBin({ from, width }: Histogram, index: number, isInteger: boolean): string {
  const low = from + index * width;
  const high = low + width;
  if (isInteger && width <= 1) return renderNumber(low);
  if (isInteger) return `${renderNumber(low)} to ${renderNumber(high - 1)}`;
  return width === 0 ? renderNumber(low) : `${renderNumber(low)} to ${renderNumber(high)}`;
}
