import { COLORS } from './colors.ts';

const WIDTH = 88;
const HEIGHT = 14;

interface SignedBarProps {
  /** From -1 to 1. */
  readonly share: number;
  readonly text: string;
}

/** A bar to the left or to the right of a middle line, and its number. */
export function SignedBar({ share, text }: SignedBarProps) {
  const length = (Math.abs(share) * WIDTH) / 2;
  const color = share < 0 ? COLORS.selected : COLORS.warning;
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
        <rect
          x={share < 0 ? WIDTH / 2 - length : WIDTH / 2}
          width={length}
          height={HEIGHT}
          style={{ fill: color }}
        />
        <line x1={WIDTH / 2} x2={WIDTH / 2} y2={HEIGHT} style={{ stroke: COLORS.divider }} />
      </svg>{' '}
      {text}
    </span>
  );
}
