import type { PlacedEdge, PlacedNode, Point } from './graph-layout.ts';
import type { Edge } from './graph-model.ts';

/** What stands at an arrow, and where: the left end of its line of text. */
export interface PlacedLabel extends Point {
  readonly text: string;
}

const LONGEST_LABEL = 24;
const CHARACTER_PIXELS = 6.4;
const LINE_PIXELS = 15;
/** Beside the arrow. */
const GAP = { x: 4, y: 3 };
/** Shares of the way along an arrow, the best first: those of one choice begin together, and many end together. */
const PLACES = [0.6, 0.45, 0.75, 0.3, 0.85] as const;

/** What a label leaves free: the picture of a state. */
type Obstacle = Pick<PlacedNode, 'x' | 'y' | 'width' | 'height'>;

/** A label for each arrow that needs one, none on another or on a state where there is room. */
export function placeLabels(
  edges: readonly PlacedEdge[],
  states: readonly Obstacle[] = [],
): ReadonlyMap<PlacedEdge, PlacedLabel> {
  const placed = new Map<PlacedEdge, PlacedLabel>();
  for (const each of edges) {
    if (each.edge.kind === 'next') continue;
    const text = textOf(each.edge);
    const labels = PLACES.map((share) => labelAt(each.points, share, text));
    const others = [...placed.values()];
    const apart = labels.filter((label) => others.every((other) => !overlap(label, other)));
    const free = apart.find((label) => states.every((state) => !covers(label, state)));
    const label = free ?? apart[0] ?? labels[0];
    if (label !== undefined) placed.set(each, label);
  }
  return placed;
}

function textOf({ kind, label }: Edge): string {
  const text = kind === 'catch' ? `catch ${label}` : label;
  return text.length <= LONGEST_LABEL ? text : `${text.slice(0, LONGEST_LABEL - 1)}…`;
}

function labelAt(points: readonly Point[], share: number, text: string): PlacedLabel {
  const { x, y } = pointAlong(points, share);
  return { text, x: x + GAP.x, y: y + GAP.y };
}

function overlap(one: PlacedLabel, other: PlacedLabel): boolean {
  return (
    Math.abs(one.y - other.y) < LINE_PIXELS &&
    one.x < other.x + other.text.length * CHARACTER_PIXELS &&
    other.x < one.x + one.text.length * CHARACTER_PIXELS
  );
}

function covers({ x, y, text }: PlacedLabel, state: Obstacle): boolean {
  return (
    x < state.x + state.width &&
    state.x < x + text.length * CHARACTER_PIXELS &&
    y - LINE_PIXELS + GAP.y < state.y + state.height &&
    state.y < y + GAP.y
  );
}

/** The point after a share of the way from point to point. */
function pointAlong(points: readonly Point[], share: number): Point {
  const parts = points.slice(1).map((to, index) => {
    const from = points[index] ?? to;
    return { from, to, length: Math.hypot(to.x - from.x, to.y - from.y) };
  });
  let left = share * parts.reduce((sum, { length }) => sum + length, 0);
  for (const { from, to, length } of parts) {
    if (left <= length && length > 0) {
      const part = left / length;
      return { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
    }
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}
