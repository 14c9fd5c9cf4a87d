import { COLORS } from './colors.ts';
import { renderNumber } from './numbers.ts';

const WIDTH = 120;
const HEIGHT = 14;
/** A single value is seen too. */
const NARROWEST = 2;

type Range = readonly [low: number, high: number];

interface RangeBarProps {
  readonly range: Range;
  readonly found: Range;
}

/** Where values lie in a range. */
export function RangeBar({ range: [low, high], found: [least, most] }: RangeBarProps) {
  const scale = (value: number) => ((value - low) / (high - low || 1)) * WIDTH;
  return (
    <>
      {renderNumber(low)}{' '}
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
        <line x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} style={{ stroke: COLORS.divider }} />
        <rect
          x={scale(least)}
          width={Math.max(NARROWEST, scale(most) - scale(least))}
          height={HEIGHT}
          style={{ fill: COLORS.selected }}
        />
      </svg>{' '}
      {renderNumber(high)}
    </>
  );
}
