import { Graph, layout } from '@dagrejs/dagre';
import type { JsonObject } from '../../../engine/replay/index.ts';
import {
  collapseGroup,
  countStates,
  type Edge,
  type EdgeKind,
  type Group,
  type Node,
  readGraph,
} from './graph-model.ts';
import { divideEdges } from './layout-edges.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A state at its place; of a Map or a Parallel, the box around what it runs. */
export interface PlacedNode extends Point {
  readonly node: Node;
  readonly width: number;
  readonly height: number;
  /** How deep inside other states it is. */
  readonly level: number;
}

export interface PlacedEdge {
  readonly edge: Edge;
  readonly points: readonly Point[];
  /** It did not place its states, and is drawn only when it matters. */
  readonly isLoose: boolean;
}

/** Where a branch or a processor begins. */
interface PlacedStart extends Point {
  readonly to: string;
}

/** All that the picture holds, with the upper left corner at 0, 0. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly starts: readonly PlacedStart[];
}

const CHARACTER_PIXELS = 7.2;
/** Of the line below the name, which is smaller. */
const SMALL_CHARACTER_PIXELS = 5.8;
const NODE_HEIGHT = 44;
const NODE_PADDING = 46;
const SMALL_PADDING = 24;
/** The widest has room for a name of 80 characters, the most that Step Functions takes. */
const NODE_WIDTHS = { smallest: 120, largest: 622 };
/** The name of a Map or a Parallel, above what it runs. */
const BOX_HEADER = 40;
const BOX_PADDING = 16;
const SPACING = { rankdir: 'TB', ranksep: 34, nodesep: 26, edgesep: 14, marginx: 14, marginy: 14 };

/** The usual way is straight. */
const WEIGHTS: Readonly<Record<EdgeKind, number>> = { next: 4, choice: 2, default: 2, catch: 1 };

const known = new Map<string, GraphLayout>();
/** Layouts that are kept: a person looks at few definitions. */
const KEPT = 20;

/** More states than this are slow to lay out and hard to read: what Maps and Parallels run is left out at first. */
const MANY_STATES = 150;

/** How many states a definition has, where they are too many to show all at first; undefined where they are not. */
export function countIfMany(definition: JsonObject): number | undefined {
  const count = countStates(readGraph(definition));
  return count > MANY_STATES ? count : undefined;
}

/**
 * The layout of a definition, made once for all who look at it.
 *
 * @param isWhole whether it shows what Maps and Parallels run
 */
export function layoutDefinition(definition: JsonObject, isWhole = true): GraphLayout {
  const key = `${isWhole} ${JSON.stringify(definition)}`;
  const made = known.get(key) ?? makeLayout(definition, isWhole);
  known.delete(key);
  known.set(key, made);
  const [oldest] = known.keys();
  if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  return made;
}

function makeLayout(definition: JsonObject, isWhole: boolean): GraphLayout {
  const group = readGraph(definition);
  return layoutGroup(isWhole ? group : collapseGroup(group), 0);
}

/** Each group is laid out by itself, the innermost first; a state with groups is as large as they are. */
export function layoutGroup(group: Group, level: number): GraphLayout {
  const inner = new Map(group.nodes.map((node) => [node.name, layoutInside(node, level)]));
  const graph = new Graph({ multigraph: true });
  graph.setGraph(SPACING);
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of group.nodes) graph.setNode(node.name, sizeOf(node, inner.get(node.name)));
  const { placing, loose } = divideEdges(group);
  for (const { from, to, kind } of placing)
    graph.setEdge(from, to, { weight: WEIGHTS[kind] }, kind);
  layout(graph);
  const places = group.nodes.map((node): PlacedNode => {
    const { x, y, width, height } = graph.node(node.name) as Point & Size;
    return { node, level, x: x - width / 2, y: y - height / 2, width, height };
  });
  const edges = [
    ...placing.map((each) => bend(each, graph)),
    ...loose.map((each) => jump(each, places)),
  ];
  return join(group, graph, { places, edges, inner });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The groups of a Map or a Parallel, side by side. */
function layoutInside({ groups }: Node, level: number): GraphLayout | undefined {
  if (groups.length === 0) return undefined;
  const parts = groups.map((group) => layoutGroup(group, level + 1));
  let x = BOX_PADDING;
  const moved = parts.map((part) => {
    const shifted = move(part, { x, y: BOX_HEADER });
    x += part.width + BOX_PADDING;
    return shifted;
  });
  return {
    width: x,
    height: BOX_HEADER + BOX_PADDING + Math.max(...parts.map(({ height }) => height)),
    nodes: moved.flatMap(({ nodes }) => nodes),
    edges: moved.flatMap(({ edges }) => edges),
    starts: moved.flatMap(({ starts }) => starts),
  };
}

function sizeOf(node: Node, inside: Size | undefined): Size {
  const name = node.name.length * CHARACTER_PIXELS + NODE_PADDING;
  const facts = describeFacts(node).length * SMALL_CHARACTER_PIXELS + SMALL_PADDING;
  const width = Math.min(NODE_WIDTHS.largest, Math.max(NODE_WIDTHS.smallest, name, facts));
  if (inside === undefined) return { width, height: NODE_HEIGHT };
  return { width: Math.max(width, inside.width), height: inside.height };
}

/** What the definition says of a state, in the line below its name. */
export function describeFacts({ type, hidden, retries, isCatching }: Node): string {
  return [
    type,
    ...(hidden > 0 ? [`${hidden} states inside`] : []),
    ...(retries > 0 ? [`retries ${retries}`] : []),
    ...(isCatching ? ['catches'] : []),
  ].join(' · ');
}

/** As dagre leads it around the states between. */
function bend(edge: Edge, graph: Graph): PlacedEdge {
  const { points } = graph.edge(edge.from, edge.to, edge.kind) as {
    readonly points: readonly Point[];
  };
  return { edge, points, isLoose: false };
}

/** How far an arrow that jumps keeps from the states that it passes. */
const DETOUR = 40;

/** From side to side. */
function jump(edge: Edge, places: readonly PlacedNode[]): PlacedEdge {
  const sideOf = (name: string): Point => {
    const {
      x = 0,
      y = 0,
      width = 0,
      height = 0,
    } = places.find(({ node }) => node.name === name) ?? {};
    return { x: x + width, y: y + Math.min(height, NODE_HEIGHT) / 2 };
  };
  const [from, to] = [sideOf(edge.from), sideOf(edge.to)];
  const x = Math.max(from.x, to.x) + DETOUR;
  return { edge, points: [from, { x, y: from.y }, { x, y: to.y }, to], isLoose: true };
}

interface Parts {
  readonly places: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly inner: ReadonlyMap<string, GraphLayout | undefined>;
}

function join(group: Group, graph: Graph, { places, edges, inner }: Parts): GraphLayout {
  const { width = 0, height = 0 } = graph.graph() as Partial<Size>;
  const inside = places.flatMap((place) => {
    const layoutOfIt = inner.get(place.node.name);
    if (layoutOfIt === undefined) return [];
    return [move(layoutOfIt, { x: place.x + (place.width - layoutOfIt.width) / 2, y: place.y })];
  });
  const first = places.find(({ node }) => node.name === group.startAt);
  return {
    // Arrows that jump may be at the right of all states.
    width: width + DETOUR,
    height,
    nodes: [...places, ...inside.flatMap(({ nodes }) => nodes)],
    edges: [...edges, ...inside.flatMap((each) => each.edges)],
    starts: [
      ...(first === undefined
        ? []
        : [{ to: group.startAt, x: first.x + first.width / 2, y: first.y }]),
      ...inside.flatMap(({ starts }) => starts),
    ],
  };
}

function move(part: GraphLayout, by: Point): GraphLayout {
  const shift = <Place extends Point>(place: Place): Place => ({
    ...place,
    x: place.x + by.x,
    y: place.y + by.y,
  });
  return {
    width: part.width,
    height: part.height,
    nodes: part.nodes.map(shift),
    edges: part.edges.map((each) => ({ ...each, points: each.points.map(shift) })),
    starts: part.starts.map(shift),
  };
}
