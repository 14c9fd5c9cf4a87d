import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type KeyboardEvent, useLayoutEffect, useMemo, useState } from 'react';
import type { JsonObject } from '../../../engine/replay/index.ts';
import { COLORS } from '../../parts/colors.ts';
import { placeLabels } from './edge-labels.ts';
import { EdgeLabel, GraphEdge, StartMark } from './graph-edge.tsx';
import {
  countIfMany,
  type GraphLayout,
  layoutDefinition,
  type PlacedEdge,
  type PlacedNode,
} from './graph-layout.ts';
import type { Edge } from './graph-model.ts';
import { GraphNode } from './graph-node.tsx';
import { edgeKey, type StateSummary } from './statuses.ts';

interface GraphViewProps {
  readonly definition: JsonObject;
  readonly states: ReadonlyMap<string, StateSummary>;
  readonly taken: ReadonlySet<string>;
  /** States that a redrive would run again. */
  readonly again: ReadonlySet<string>;
  readonly selected: string | undefined;
  readonly select: (state: string) => void;
}

const HEIGHT_PIXELS = 600;
/** Below it, what stands at states and arrows cannot be read: one scrolls instead, until all is asked for. */
const SMALLEST_FIRST_ZOOM = 0.9;
const SMALLEST_ZOOM = 0.1;
const LARGEST_ZOOM = 2;
const ZOOM_STEP = 1.25;

/** The real definition, with how each state stands. */
export function GraphView(props: GraphViewProps) {
  const { definition, states, selected } = props;
  const many = useMemo(() => countIfMany(definition), [definition]);
  const [isWhole, setWhole] = useState(false);
  const layout = useMemo(
    () => layoutDefinition(definition, isWhole || many === undefined),
    [definition, isWhole, many],
  );
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const { zoom, zoomBy, fit } = useZoom(layout, frame);
  const [focus, setFocus] = useState<string>();
  const current = [...states].findLast(([, { status }]) => status !== 'succeeded')?.[0];
  const shown = selected ?? current ?? [...states.keys()].at(-1);
  useScrollTo(frame, layout, shown, zoom);
  const entry = focus ?? shown ?? layout.nodes[0]?.node.name;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="zoom-in" ariaLabel="Zoom in" onClick={() => zoomBy(ZOOM_STEP)} />
        <Button iconName="zoom-out" ariaLabel="Zoom out" onClick={() => zoomBy(1 / ZOOM_STEP)} />
        <Button onClick={fit}>Fit to view</Button>
        {many !== undefined && (
          <Button onClick={() => setWhole(!isWhole)}>
            {isWhole ? 'Hide what Maps and Parallels run' : `Show all ${many} states`}
          </Button>
        )}
      </SpaceBetween>
      <div
        ref={setFrame}
        style={{
          overflow: 'auto',
          height: Math.min(HEIGHT_PIXELS, layout.height * zoom + 20),
          border: `1px solid ${COLORS.divider}`,
          borderRadius: 8,
        }}
      >
        <svg
          width={layout.width * zoom}
          height={layout.height * zoom}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
          style={{ display: 'block', margin: '0 auto' }}
          role="group"
          aria-label="Graph of the states"
          onKeyDown={(event) => moveFocus(event, layout, setFocus)}
        >
          <Picture {...props} layout={layout} entry={entry} />
        </svg>
      </div>
    </SpaceBetween>
  );
}

interface PictureProps extends GraphViewProps {
  readonly layout: GraphLayout;
  /** The one state that the tabulator key reaches. */
  readonly entry: string | undefined;
}

function Picture({ layout, states, taken, again, selected, select, entry }: PictureProps) {
  const shown = useMemo(
    () => layout.edges.filter((each) => isShown(each, selected, taken)),
    [layout, selected, taken],
  );
  const { boxes, single } = useMemo(() => divideNodes(layout), [layout]);
  const labels = useMemo(() => placeLabels(shown, single), [shown, single]);
  const draw = (place: PlacedNode) => (
    <GraphNode
      key={place.node.name}
      place={place}
      summary={states.get(place.node.name)}
      isAgain={again.has(place.node.name)}
      isSelected={place.node.name === selected}
      isEntry={place.node.name === entry}
      select={select}
    />
  );
  return (
    <>
      {boxes.map(draw)}
      {shown.map((each) => (
        <GraphEdge
          key={`${each.edge.kind} ${keyOf(each.edge)}`}
          edge={each.edge}
          points={each.points}
          isTaken={taken.has(keyOf(each.edge))}
        />
      ))}
      {layout.starts.map((start) => (
        <StartMark key={start.to} at={start} />
      ))}
      {single.map(draw)}
      {[...labels].map(([{ edge }, label]) => (
        <EdgeLabel key={`${edge.kind} ${keyOf(edge)}`} of={label} />
      ))}
    </>
  );
}

/** Arrows are drawn between the two: on boxes, which are drawn from the outermost on, and behind states. */
function divideNodes({ nodes }: GraphLayout) {
  const byDepth = nodes.toSorted((one, other) => one.level - other.level);
  return { boxes: byDepth.filter(isBox), single: byDepth.filter((place) => !isBox(place)) };
}

function isBox({ node }: PlacedNode): boolean {
  return node.groups.length > 0;
}

function keyOf({ from, to, kind }: Edge): string {
  return edgeKey(from, to, kind === 'catch');
}

/** Far jumps of other states would only hide what happens. */
function isShown(
  { edge, isLoose }: PlacedEdge,
  selected: string | undefined,
  taken: ReadonlySet<string>,
): boolean {
  const { from, to } = edge;
  return !isLoose || from === selected || to === selected || taken.has(keyOf(edge));
}

function useZoom(layout: GraphLayout, frame: HTMLDivElement | null) {
  const [zoom, setZoom] = useState(1);
  const widthOf = () => frame?.clientWidth ?? innerWidth / 2;
  useLayoutEffect(() => {
    const width = frame?.clientWidth;
    if (width === undefined) return;
    setZoom(Math.min(1, Math.max(SMALLEST_FIRST_ZOOM, (width - 20) / layout.width)));
  }, [layout, frame]);
  return {
    zoom,
    zoomBy: (factor: number) =>
      setZoom((now) => Math.min(LARGEST_ZOOM, Math.max(SMALLEST_ZOOM, now * factor))),
    fit: () =>
      setZoom(
        Math.max(
          SMALLEST_ZOOM,
          Math.min(1, (widthOf() - 20) / layout.width, (HEIGHT_PIXELS - 20) / layout.height),
        ),
      ),
  };
}

/** Brings a state into view when it becomes the one to look at. */
function useScrollTo(
  frame: HTMLDivElement | null,
  layout: GraphLayout,
  state: string | undefined,
  zoom: number,
): void {
  useLayoutEffect(() => {
    const place = layout.nodes.find(({ node }) => node.name === state);
    if (place === undefined || frame === null) return undefined;
    const show = () => {
      const x = (place.x + place.width / 2) * zoom - frame.clientWidth / 2;
      const y = (place.y + Math.min(place.height, 80) / 2) * zoom - frame.clientHeight / 2;
      frame.scrollTo({ left: x, top: y });
    };
    show();
    // The details of a state open beside the graph, and make it narrower.
    const observer = new ResizeObserver(show);
    observer.observe(frame);
    return () => observer.disconnect();
  }, [frame, layout, state, zoom]);
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** Arrow keys go to the nearest state in their direction. */
function moveFocus(
  event: KeyboardEvent<SVGSVGElement>,
  layout: GraphLayout,
  setFocus: (state: string) => void,
): void {
  const direction = DIRECTIONS[event.key];
  const from = (event.target as Element).closest<SVGGElement>('[data-state]')?.dataset['state'];
  const start = layout.nodes.find(({ node }) => node.name === from);
  if (direction === undefined || start === undefined) return;
  event.preventDefault();
  const next = nearest(layout.nodes, start, direction);
  if (next === undefined) return;
  setFocus(next.node.name);
  const all = event.currentTarget.querySelectorAll<SVGGElement>('[data-state]');
  [...all].find(({ dataset }) => dataset['state'] === next.node.name)?.focus();
}

function nearest(
  nodes: readonly PlacedNode[],
  start: PlacedNode,
  [right, down]: readonly [number, number],
): PlacedNode | undefined {
  const away = nodes
    .map((node) => {
      const x = node.x + node.width / 2 - start.x - start.width / 2;
      const y = node.y - start.y;
      const along = x * right + y * down;
      const across = Math.abs(x * down) + Math.abs(y * right);
      return { node, along, distance: along + 2 * across };
    })
    .filter(({ along }) => along > 1);
  return away.toSorted((one, other) => one.distance - other.distance)[0]?.node;
}
