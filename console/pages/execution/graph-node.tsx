import { COLORS } from '../../parts/colors.ts';
import { describeFacts, type PlacedNode } from './graph-layout.ts';
import { LOOKS, NOT_ENTERED } from './looks.tsx';
import type { StateSummary } from './statuses.ts';

interface GraphNodeProps {
  readonly place: PlacedNode;
  readonly summary: StateSummary | undefined;
  /** A redrive would run it again. */
  readonly isAgain: boolean;
  readonly isSelected: boolean;
  readonly isEntry: boolean;
  readonly select: (state: string) => void;
}

const LINE_PIXELS = 15;
const CHARACTER_PIXELS = 7.2;

/** A state, or the box of a Map or a Parallel. */
export function GraphNode(props: GraphNodeProps) {
  const { place, summary, isSelected, isEntry, select } = props;
  const { node, x, y, width, height } = place;
  const { fill, stroke, sign } = summary === undefined ? NOT_ENTERED : LOOKS[summary.status];
  const isBox = node.groups.length > 0;
  return (
    <g
      role="button"
      tabIndex={isEntry ? 0 : -1}
      data-state={node.name}
      aria-label={describe(props)}
      aria-pressed={isSelected}
      transform={`translate(${x} ${y})`}
      style={{ cursor: 'pointer' }}
      onClick={() => select(node.name)}
      onKeyDown={({ key }) => {
        if (key === 'Enter' || key === ' ') select(node.name);
      }}
    >
      <rect
        width={width}
        height={height}
        rx={8}
        style={{
          fill: isBox ? COLORS.surface : fill,
          stroke: isSelected ? COLORS.selected : stroke,
          strokeWidth: isSelected ? 3 : 1.5,
          strokeDasharray: isBox ? '6 3' : undefined,
        }}
      />
      {isBox && summary !== undefined && <rect width={width} height={34} rx={8} style={{ fill }} />}
      <text x={12} y={18} style={{ fontSize: 13, fontWeight: 600, fill: COLORS.text }}>
        {`${shorten(node.name, width)} `}
      </text>
      <text x={12} y={18 + LINE_PIXELS} style={{ fontSize: 11, fill: COLORS.quietText }}>
        {secondLine(props)}
      </text>
      <path
        d={sign}
        transform={`translate(${width - 22} 14)`}
        style={{ fill: 'none', stroke, strokeWidth: 2 }}
      />
    </g>
  );
}

function shorten(name: string, width: number): string {
  const room = Math.floor((width - 40) / CHARACTER_PIXELS);
  return name.length <= room ? name : `${name.slice(0, room - 1)}…`;
}

function secondLine({ place: { node }, summary, isAgain }: GraphNodeProps): string {
  // What a state has done takes the place of what it would do.
  const facts = describeFacts(
    summary === undefined ? node : { ...node, retries: 0, isCatching: false },
  );
  return [facts, ...(isAgain ? ['runs again'] : []), ...countsOf(summary)].join(' · ');
}

function countsOf(summary: StateSummary | undefined): readonly string[] {
  if (summary === undefined) return [];
  const { visits, done, retries } = summary;
  return [
    ...(visits > 1 ? [done === visits ? `${visits}×` : `${done} of ${visits}`] : []),
    ...(retries > 0 ? [`${retries} ${retries === 1 ? 'retry' : 'retries'}`] : []),
  ];
}

/** What is written, and what colours and signs mean. */
function describe(props: GraphNodeProps): string {
  const { place, summary } = props;
  const { text } = summary === undefined ? NOT_ENTERED : LOOKS[summary.status];
  return `${place.node.name} ${secondLine(props)}, ${text}`;
}
