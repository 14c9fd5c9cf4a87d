import type { Schemas } from '../../../api/client/index.ts';
import { COLORS } from '../../parts/colors.ts';

const WIDTH = 160;
const HEIGHT = 18;
const RADIUS = 5;
const MIDDLE = HEIGHT / 2;

interface BoundScaleProps {
  readonly of: Schemas['ModelComparison']['metrics'][number];
}

/** Both values of a metric on a line, with the bounds of the gate across it. */
export function BoundScale({ of: { one, other, bound } }: BoundScaleProps) {
  const bounds = [bound?.minimum, bound?.maximum].filter((each) => each !== undefined);
  const values = [one, other].filter((each) => each !== undefined);
  const all = [...bounds, ...values];
  if (values.length === 0 || Math.max(...all) === Math.min(...all)) return '–';
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const scale = (value: number) =>
    RADIUS + 1 + ((value - low) / (high - low)) * (WIDTH - 2 * RADIUS - 2);
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line x2={WIDTH} y1={MIDDLE} y2={MIDDLE} style={{ stroke: COLORS.divider }} />
      {bounds.map((each) => (
        <line
          key={each}
          x1={scale(each)}
          x2={scale(each)}
          y2={HEIGHT}
          style={{ stroke: COLORS.error, strokeWidth: 2 }}
        />
      ))}
      {one !== undefined && (
        <circle
          cx={scale(one)}
          cy={MIDDLE}
          r={RADIUS}
          style={{ fill: 'none', stroke: COLORS.selected, strokeWidth: 2 }}
        />
      )}
      {other !== undefined && (
        <circle cx={scale(other)} cy={MIDDLE} r={RADIUS - 1} style={{ fill: COLORS.selected }} />
      )}
    </svg>
  );
}
