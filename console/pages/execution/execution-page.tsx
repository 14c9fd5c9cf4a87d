import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import type { JsonObject } from '../../../engine/replay/index.ts';
import { useEvents } from '../../data/events.ts';
import { type ExecutionPath, useExecution, type Workflow } from '../../data/executions.ts';
import { serverNow } from '../../data/server-clock.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Actions } from './actions.tsx';
import { EventsList } from './events-list.tsx';
import { ExecutionFacts } from './execution-facts.tsx';
import type { View } from './execution-search.ts';
import { GraphView } from './graph-view.tsx';
import type { Recorded } from './recorded.ts';
import { useSelect } from './selection.ts';
import { StatePanel } from './state-panel.tsx';
import { StatesList } from './states-list.tsx';
import { statesToRedrive, summarizeStates, takenEdges } from './statuses.ts';
import { TimeTravel } from './time-travel.tsx';
import { Timeline } from './timeline.tsx';
import { useRecorded } from './use-recorded.ts';

const ROUTE = '/executions/$project/$workflow/$execution';

type Execution = Schemas['Execution'];

/** One execution: what ran, what runs, what it read and wrote, at any of its events. */
export function ExecutionPage() {
  const params = useParams({ from: ROUTE });
  // Another workflow is answered by the API, in its words.
  const path = { ...params, workflow: params.workflow as Workflow };
  const execution = useExecution(path);
  const events = useEvents(path);
  const definition = execution.data?.definition as JsonObject | undefined;
  const recorded = useRecorded(definition, events.data?.events);
  const again = useMemo(
    () => (recorded === undefined ? NONE : statesToRedrive(recorded.visits, recorded.endings)),
    [recorded],
  );
  const shownAgain = execution.data?.isRedrivable === true ? again : NONE;
  return (
    <Page
      title={titleOf(params)}
      description={describe(params.execution, execution.data?.workflowVersion)}
      actions={
        execution.data && <Actions path={path} execution={execution.data} again={shownAgain} />
      }
    >
      <Loaded from={execution}>
        {(data) => (
          <SpaceBetween size="l">
            <ExecutionFacts of={data} />
            <Loaded from={events}>
              {() =>
                recorded !== undefined && (
                  <Travelled path={path} execution={data} recorded={recorded} again={shownAgain} />
                )
              }
            </Loaded>
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
}

/** Names of executions are long, and say little: `Training of abalone`. */
function titleOf({
  workflow,
  project,
}: Pick<ExecutionPath, 'project'> & { readonly workflow: string }) {
  return `${workflow.charAt(0).toUpperCase()}${workflow.slice(1)} of ${project}`;
}

function describe(name: string, version: number | undefined): string {
  return version === undefined ? name : `${name} · version ${version} of the workflow`;
}

const NONE: ReadonlySet<string> = new Set();

interface TravelledProps {
  readonly path: ExecutionPath;
  readonly execution: Execution;
  readonly recorded: Recorded;
  readonly again: ReadonlySet<string>;
}

/** The execution after one of its events. */
function Travelled(props: TravelledProps) {
  const { recorded, path } = props;
  const { events, visits, threadsAfter } = recorded;
  const search = useSearch({ from: ROUTE });
  const { select, replace } = useSelect();
  const at = Math.min(search.at ?? events.length, events.length);
  const threads = useMemo(() => threadsAfter(at), [threadsAfter, at]);
  const entered = useMemo(() => visits.filter(({ id }) => id <= at), [visits, at]);
  const isLive = at === events.length;
  const atTime = useShownTime(props, at);
  const ofState = entered.filter(({ state }) => state === search.state);
  const visit = ofState.find(({ id }) => id === search.visit) ?? ofState.at(-1);
  const view = search.view ?? 'graph';
  return (
    <Container>
      <SpaceBetween size="m">
        <TimeTravel
          events={events}
          count={at}
          startedAt={Date.parse(props.execution.startedAt)}
          isLive={isLive}
          travel={(to) => replace({ at: to })}
        />
        <Views {...props} {...{ at, atTime, entered, isLive, view }} selected={visit?.id} />
      </SpaceBetween>
      {visit !== undefined && (
        <SidePanel title={visit.state} close={() => select({ state: undefined, visit: undefined })}>
          <StatePanel {...{ path, recorded, visit, at, atTime, threads }} visits={ofState} />
        </SidePanel>
      )}
    </Container>
  );
}

/** The time up to which durations count: of the event, or of the execution while it runs. */
function useShownTime({ recorded, execution }: TravelledProps, at: number): number {
  const { times } = recorded;
  const time = times[at - 1] ?? Date.parse(execution.startedAt);
  if (at < times.length || execution.stoppedAt !== undefined) return time;
  return Math.max(time, serverNow());
}

interface ViewsProps extends TravelledProps {
  readonly at: number;
  readonly atTime: number;
  readonly entered: Recorded['visits'];
  readonly isLive: boolean;
  readonly view: View;
  readonly selected: number | undefined;
}

function Views(props: ViewsProps) {
  const { recorded, execution, at, atTime, entered, view, isLive, selected } = props;
  const { endings, events, visits, times } = recorded;
  const { only } = useSearch({ from: ROUTE });
  const { select } = useSelect();
  const startedAt = Date.parse(execution.startedAt);
  const shown = { visits: entered, endings, at, atTime, startedAt, selected };
  const contents: Readonly<Record<View, () => React.ReactNode>> = {
    graph: () => <Graph {...props} />,
    states: () => <StatesList {...shown} />,
    timeline: () => <Timeline {...shown} times={isLive ? times : times.slice(0, at)} />,
    events: () => <EventsList {...{ events, visits, at, startedAt }} filter={only} />,
  };
  return (
    <Tabs
      ariaLabel={`Views of ${execution.execution}`}
      activeTabId={view}
      onChange={({ detail }) => select({ view: detail.activeTabId as View })}
      tabs={TABS.map(({ id, label }) => ({
        id,
        label,
        content: id === view ? contents[id]() : null,
      }))}
    />
  );
}

const TABS: readonly { readonly id: View; readonly label: string }[] = [
  { id: 'graph', label: 'Graph' },
  { id: 'states', label: 'States' },
  { id: 'timeline', label: 'Timeline' },
  { id: 'events', label: 'Events' },
];

function Graph({ execution, recorded, at, again, isLive }: ViewsProps) {
  const search = useSearch({ from: ROUTE });
  const { select } = useSelect();
  const { visits, endings } = recorded;
  const states = useMemo(() => summarizeStates(visits, endings, at), [visits, endings, at]);
  const taken = useMemo(() => takenEdges(visits, at), [visits, at]);
  return (
    <GraphView
      definition={execution.definition as JsonObject}
      states={states}
      taken={taken}
      again={isLive ? again : NONE}
      selected={search.state}
      select={(state) => select({ state, visit: undefined })}
    />
  );
}
