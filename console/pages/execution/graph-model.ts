import type { JsonObject } from '../../../engine/replay/index.ts';

/** How an arrow comes about. */
export type EdgeKind = 'next' | 'choice' | 'default' | 'catch';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** What leads over it; empty for the only way. */
  readonly label: string;
}

export interface Node {
  readonly name: string;
  readonly type: string;
  /** The most retries of one of its retriers; 0 without. */
  readonly retries: number;
  readonly isCatching: boolean;
  /** What a Map or a Parallel runs; empty where it is not shown. */
  readonly groups: readonly Group[];
  /** The states in it that are not shown. */
  readonly hidden: number;
}

/** States that can lead to each other. */
export interface Group {
  readonly startAt: string;
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
}

/** What Step Functions retries without `MaxAttempts`. */
const DEFAULT_ATTEMPTS = 3;

interface Retrier {
  readonly MaxAttempts?: number;
}

interface Catcher {
  readonly ErrorEquals?: readonly string[];
  readonly Next?: string;
}

interface Rule {
  readonly Next?: string;
  readonly Comment?: string;
}

/** The members of a state that make a picture. */
interface StateDefinition {
  readonly Type?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly Rule[];
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Branches?: readonly GroupDefinition[];
  readonly ItemProcessor?: GroupDefinition;
  /** The former name of `ItemProcessor`. */
  readonly Iterator?: GroupDefinition;
}

interface GroupDefinition {
  readonly StartAt?: string;
  readonly States?: Readonly<Record<string, StateDefinition>>;
}

/** Reads the picture of a machine from its definition. */
export function readGraph(definition: JsonObject): Group {
  return readGroup(definition);
}

/** The states of a group, with those inside them. */
export function countStates({ nodes }: Group): number {
  return nodes.reduce((sum, { groups }) => sum + 1 + countInside(groups), 0);
}

function countInside(groups: readonly Group[]): number {
  return groups.reduce((sum, group) => sum + countStates(group), 0);
}

/** The same without what Maps and Parallels run. */
export function collapseGroup(group: Group): Group {
  return {
    ...group,
    nodes: group.nodes.map((node) => ({
      ...node,
      groups: [],
      hidden: node.hidden + countInside(node.groups),
    })),
  };
}

function readGroup({ StartAt = '', States = {} }: GroupDefinition): Group {
  const states = Object.entries(States);
  return {
    startAt: StartAt,
    nodes: states.map(([name, state]) => readNode(name, state)),
    edges: states.flatMap(([name, state]) => readEdges(name, state)),
  };
}

function readNode(name: string, state: StateDefinition): Node {
  const { Type: type = '', Retry = [], Catch = [], Branches = [], ItemProcessor, Iterator } = state;
  const processor = ItemProcessor ?? Iterator;
  return {
    name,
    type,
    retries: Math.max(0, ...Retry.map(({ MaxAttempts = DEFAULT_ATTEMPTS }) => MaxAttempts)),
    isCatching: Catch.length > 0,
    groups: [...Branches, ...(processor === undefined ? [] : [processor])].map(readGroup),
    hidden: 0,
  };
}

function readEdges(from: string, state: StateDefinition): readonly Edge[] {
  const { Next, Default, Choices = [], Catch = [] } = state;
  const all: readonly Edge[] = [
    ...Choices.map(({ Next: to = '', Comment: comment }, index): Edge => {
      return { from, to, kind: 'choice', label: comment ?? `rule ${index + 1}` };
    }),
    ...(Default === undefined ? [] : [edge(from, Default, 'default', 'default')]),
    ...(Next === undefined ? [] : [edge(from, Next, 'next', '')]),
    ...Catch.map(({ Next: to = '', ErrorEquals = [] }) =>
      edge(from, to, 'catch', ErrorEquals.join(', ')),
    ),
  ];
  return joinParallel(all);
}

function edge(from: string, to: string, kind: EdgeKind, label: string): Edge {
  return { from, to, kind, label };
}

/** Several ways to one state are one arrow, which says all. */
function joinParallel(edges: readonly Edge[]): readonly Edge[] {
  const byTarget = new Map<string, Edge>();
  for (const each of edges) {
    const key = `${each.kind === 'catch'} ${each.to}`;
    const known = byTarget.get(key);
    const label = [known?.label, each.label].filter((text) => text !== undefined && text !== '');
    byTarget.set(key, known === undefined ? each : { ...known, label: label.join('; ') });
  }
  return [...byTarget.values()];
}
