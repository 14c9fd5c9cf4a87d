import { COLORS } from './colors.ts';
import type { Slot } from './distributions.ts';

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** Of the training rows; those now are filled. */
const BASELINE = { fill: COLORS.baseline };
const CURRENT = { fill: COLORS.info };
const TEXT = { fontSize: 12, fill: COLORS.text };

interface PlotProps {
  readonly name: string;
  readonly of: readonly Slot[];
}

function describe({ name, of }: PlotProps): string {
  const parts = of.map(
    ({ label, baseline, current }) =>
      `${label}: ${percent.format(baseline)} in training, ${percent.format(current)} now`,
  );
  return `${name}. ${parts.join('; ')}`;
}

const WIDEST_BAR = 40;
const SMALL = { width: 180, height: 40, gap: 2 };

/** Both distributions at a glance: beside each bar of the training rows the one of the rows now. */
export function SmallDistribution({ name, of }: PlotProps) {
  if (of.length === 0) return '–';
  const most = Math.max(...of.flatMap(({ baseline, current }) => [baseline, current])) || 1;
  const step = SMALL.width / of.length;
  const width = Math.max(1, (step - SMALL.gap) / 2);
  return (
    <svg
      role="img"
      aria-label={describe({ name, of })}
      width={SMALL.width}
      height={SMALL.height}
      style={{ display: 'block' }}
    >
      {of.map(({ label, baseline, current }, index) => (
        <g key={label}>
          <title>{`${label}: ${percent.format(baseline)} in training, ${percent.format(current)} now`}</title>
          {[baseline, current].map((share, which) => (
            <rect
              key={which === 0 ? 'baseline' : 'current'}
              x={index * step + which * width}
              y={SMALL.height * (1 - share / most)}
              width={width}
              height={(SMALL.height * share) / most}
              style={which === 0 ? BASELINE : CURRENT}
            />
          ))}
        </g>
      ))}
      <line
        x2={SMALL.width}
        y1={SMALL.height}
        y2={SMALL.height}
        style={{ stroke: COLORS.divider }}
      />
    </svg>
  );
}

/** How often a value, or a value of a bin, occurs. */
export interface Count {
  readonly label: string;
  readonly count: number;
}

interface ValuesProps {
  readonly name: string;
  readonly of: readonly Count[];
}

/** More are too many to be listened to. */
const SPOKEN = 12;

function describeCounts({ name, of }: ValuesProps): string {
  const frequent = of.toSorted((one, other) => other.count - one.count).slice(0, SPOKEN);
  const spoken = of.filter((each) => each.count > 0 && frequent.includes(each));
  return `${name}. ${spoken.map(({ label, count }) => `${label}: ${count}`).join('; ')}`;
}

/** How often each value occurs. */
export function ValueDistribution({ name, of }: ValuesProps) {
  if (of.length === 0) return '–';
  const most = Math.max(...of.map(({ count }) => count)) || 1;
  const step = SMALL.width / of.length;
  const width = Math.max(1, Math.min(step - 1, WIDEST_BAR));
  return (
    <svg
      role="img"
      aria-label={describeCounts({ name, of })}
      width={SMALL.width}
      height={SMALL.height + 1}
      style={{ display: 'block' }}
    >
      {of.map(({ label, count }, index) => {
        // What is there is seen, however rare.
        const height = count === 0 ? 0 : Math.max(1, (SMALL.height * count) / most);
        return (
          <g key={`${index} ${label}`}>
            <title>{`${label}: ${count}`}</title>
            <rect
              x={index * step}
              y={SMALL.height - height}
              width={width}
              height={height}
              style={CURRENT}
            />
            <rect
              x={index * step}
              width={step}
              height={SMALL.height}
              style={{ fill: 'none', pointerEvents: 'all' }}
            />
          </g>
        );
      })}
      <line
        x2={SMALL.width}
        y1={SMALL.height + 0.5}
        y2={SMALL.height + 0.5}
        style={{ stroke: COLORS.divider }}
      />
    </svg>
  );
}

const LARGE = { width: 440, label: 130, value: 60, row: 34, bar: 12, top: 28 };
const BAR_WIDTH = LARGE.width - LARGE.label - LARGE.value;
const LONGEST_LABEL = 20;

/** Both distributions with the name and the shares of each bin or category. */
export function LargeDistribution({ name, of }: PlotProps) {
  const most = Math.max(...of.flatMap(({ baseline, current }) => [baseline, current])) || 1;
  const height = LARGE.top + of.length * LARGE.row;
  return (
    <svg
      role="img"
      aria-label={describe({ name, of })}
      viewBox={`0 0 ${LARGE.width} ${height}`}
      style={{ width: '100%', maxWidth: LARGE.width, display: 'block' }}
    >
      <rect x={LARGE.label} y={4} width={12} height={12} style={BASELINE} />
      <text x={LARGE.label + 18} y={15} style={TEXT}>
        training rows
      </text>
      <rect x={LARGE.label + 120} y={4} width={12} height={12} style={CURRENT} />
      <text x={LARGE.label + 138} y={15} style={TEXT}>
        now
      </text>
      {of.map(({ label, baseline, current }, index) => (
        <g key={label} transform={`translate(0 ${LARGE.top + index * LARGE.row})`}>
          <title>{label}</title>
          <text x={LARGE.label - 8} y={17} textAnchor="end" style={TEXT}>
            {label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label}
          </text>
          {[baseline, current].map((share, which) => (
            <g key={which === 0 ? 'baseline' : 'current'}>
              <rect
                x={LARGE.label}
                y={which * (LARGE.bar + 1)}
                width={(BAR_WIDTH * share) / most}
                height={LARGE.bar}
                style={which === 0 ? BASELINE : CURRENT}
              />
              <text
                x={LARGE.label + (BAR_WIDTH * share) / most + 5}
                y={which * (LARGE.bar + 1) + LARGE.bar - 2}
                style={{ ...TEXT, fontSize: 11 }}
              >
                {percent.format(share)}
              </text>
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}
