import { COLORS } from '../../parts/colors.ts';
import type { PlacedLabel } from './edge-labels.ts';
import type { Point } from './graph-layout.ts';
import type { Edge } from './graph-model.ts';

interface GraphEdgeProps {
  readonly edge: Edge;
  readonly points: readonly Point[];
  readonly isTaken: boolean;
}

const ARROW = 6;
/** Legible over the lines that it lies on. */
const LABEL = {
  fontSize: 12,
  fill: COLORS.quietText,
  stroke: COLORS.surface,
  strokeWidth: 4,
  strokeLinejoin: 'round',
  paintOrder: 'stroke',
  pointerEvents: 'none',
} as const;

/** An arrow: dashed for caught errors, strong where the execution went. */
export function GraphEdge({ edge, points, isTaken }: GraphEdgeProps) {
  const stroke = isTaken ? COLORS.info : COLORS.quietText;
  const before = points.at(-2);
  const end = points.at(-1);
  return (
    <g style={{ pointerEvents: 'none' }} aria-hidden="true">
      <path
        d={smooth(points)}
        style={{
          fill: 'none',
          stroke,
          strokeWidth: isTaken ? 2.5 : 1,
          strokeDasharray: edge.kind === 'catch' ? '4 3' : undefined,
          opacity: isTaken ? 1 : 0.7,
        }}
      />
      {before !== undefined && end !== undefined && (
        <path d={ARROW_HEAD} transform={pointTo(before, end)} style={{ fill: stroke }} />
      )}
    </g>
  );
}

/** What stands at an arrow. */
export function EdgeLabel({ of: { x, y, text } }: { readonly of: PlacedLabel }) {
  return (
    <text x={x} y={y} style={LABEL} aria-hidden="true">
      {text}
    </text>
  );
}

/** Where a branch, a processor or the machine begins. */
export function StartMark({ at: { x, y } }: { readonly at: Point }) {
  return (
    <g aria-hidden="true">
      <circle cx={x} cy={y - 7} r={4} style={{ fill: COLORS.quietText }} />
      <path d={`M ${x} ${y - 7} L ${x} ${y}`} style={{ stroke: COLORS.divider, strokeWidth: 2 }} />
    </g>
  );
}

const ARROW_HEAD = `M 0 0 L ${-ARROW * 1.5} ${-ARROW / 1.5} L ${-ARROW * 1.5} ${ARROW / 1.5} Z`;

function pointTo(from: Point, to: Point): string {
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return `translate(${to.x} ${to.y}) rotate(${angle})`;
}

/** Through the middles of the points, bent at them. */
function smooth(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    return `Q ${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return [`M ${first.x} ${first.y}`, ...bends, `L ${last.x} ${last.y}`].join(' ');
}
