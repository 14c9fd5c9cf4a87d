import type { Edge, Group } from './graph-model.ts';

/** Ranks that an arrow may span; a longer one would push apart all that it passes. */
const LONGEST_SPAN = 3;

export interface LayoutEdges {
  /** Those that say where states stand. */
  readonly placing: readonly Edge[];
  /** Those that are drawn between the places: ways back, far jumps, errors caught by many. */
  readonly loose: readonly Edge[];
}

/** Divides arrows, so that a picture follows the usual way through the states. */
export function divideEdges({ startAt, nodes, edges }: Group): LayoutEdges {
  const known = new Set(nodes.map(({ name }) => name));
  const all = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const usual = withNeededCatches(startAt, all);
  const forwards = withoutWaysBack(startAt, usual);
  const placing = withoutJumps(forwards);
  const isPlacing = new Set(placing);
  return { placing, loose: all.filter((edge) => !isPlacing.has(edge)) };
}

/** All but the caught errors; of those, one for each state that no other arrow reaches. */
function withNeededCatches(startAt: string, all: readonly Edge[]): readonly Edge[] {
  const usual = all.filter(({ kind }) => kind !== 'catch');
  const reached = new Set<string>();
  reach(startAt, usual, reached);
  for (;;) {
    const needed = all.find(({ from, to }) => reached.has(from) && !reached.has(to));
    if (needed === undefined) return usual;
    usual.push(needed);
    reach(needed.to, usual, reached);
  }
}

function reach(from: string, edges: readonly Edge[], reached: Set<string>): void {
  const waiting = [from];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (reached.has(state)) continue;
    reached.add(state);
    for (const edge of edges) if (edge.from === state) waiting.push(edge.to);
  }
}

function withoutWaysBack(startAt: string, edges: readonly Edge[]): readonly Edge[] {
  const leaving = groupEdges(edges, ({ from }) => from);
  const open = new Set<string>();
  const done = new Set<string>();
  const kept = new Set<Edge>();
  const visit = (state: string): void => {
    open.add(state);
    for (const edge of leaving.get(state) ?? []) {
      if (open.has(edge.to)) continue;
      kept.add(edge);
      if (!done.has(edge.to)) visit(edge.to);
    }
    open.delete(state);
    done.add(state);
  };
  visit(startAt);
  return edges.filter((edge) => kept.has(edge));
}

/** Keeps the usual way, and for each state the arrow from the lowest state before it. */
function withoutJumps(edges: readonly Edge[]): readonly Edge[] {
  const ranks = rank(edges);
  const spanOf = ({ from, to }: Edge) => (ranks.get(to) ?? 0) - (ranks.get(from) ?? 0);
  const shortest = new Map<string, number>();
  for (const edge of edges) {
    shortest.set(
      edge.to,
      Math.min(shortest.get(edge.to) ?? Number.POSITIVE_INFINITY, spanOf(edge)),
    );
  }
  return edges.filter((edge) => {
    const span = spanOf(edge);
    return edge.kind === 'next' || span <= LONGEST_SPAN || span === shortest.get(edge.to);
  });
}

/** How many arrows lead to a state on the longest way. */
function rank(edges: readonly Edge[]): ReadonlyMap<string, number> {
  const entering = groupEdges(edges, ({ to }) => to);
  const ranks = new Map<string, number>();
  const rankOf = (state: string): number => {
    const known = ranks.get(state);
    if (known !== undefined) return known;
    const before = (entering.get(state) ?? []).map(({ from }) => rankOf(from) + 1);
    const own = Math.max(0, ...before);
    ranks.set(state, own);
    return own;
  };
  for (const { from, to } of edges) {
    rankOf(from);
    rankOf(to);
  }
  return ranks;
}

function groupEdges(
  edges: readonly Edge[],
  keyOf: (edge: Edge) => string,
): ReadonlyMap<string, readonly Edge[]> {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const group = groups.get(keyOf(edge)) ?? [];
    group.push(edge);
    groups.set(keyOf(edge), group);
  }
  return groups;
}
