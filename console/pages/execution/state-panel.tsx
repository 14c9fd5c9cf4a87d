import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { ThreadView } from '../../../engine/replay/index.ts';
import type { ExecutionPath } from '../../data/executions.ts';
import { Document } from '../../parts/document.tsx';
import { describeDuration } from '../../parts/moment.tsx';
import { JobLog } from './job-log.tsx';
import { StateStatusView } from './looks.tsx';
import type { Recorded } from './recorded.ts';
import { StateTest } from './state-test.tsx';
import { durationOf } from './states-list.tsx';
import { statusOf } from './statuses.ts';
import { VisitChoice } from './visit-choice.tsx';
import type { Visit } from './visits.ts';

interface StatePanelProps {
  readonly path: ExecutionPath;
  readonly recorded: Recorded;
  /** The visits of the state until the event that is shown. */
  readonly visits: readonly Visit[];
  readonly visit: Visit;
  readonly at: number;
  readonly atTime: number;
  /** The variables that the state could read. */
  readonly threads: readonly ThreadView[];
}

/** What went into a visit of a state and came out of it. */
export function StatePanel(props: StatePanelProps) {
  const { path, visit, visits, at, threads } = props;
  const thread = threads.find(({ frame }) => frame === visit.frame) ?? threads[0];
  const job = visit.jobs.findLast(({ id }) => id <= at);
  const output = visit.exitedId !== undefined && visit.exitedId <= at ? visit.output : undefined;
  return (
    <SpaceBetween size="m">
      {visits.length > 1 && <VisitChoice visits={visits} visit={visit} />}
      <VisitFacts {...props} />
      <Tabs
        ariaLabel="What is known of the state"
        tabs={[
          { id: 'input', label: 'Input', content: <Document text={visit.input} /> },
          { id: 'output', label: 'Output', content: <Document text={output} /> },
          {
            id: 'variables',
            label: 'Variables',
            content: <Document text={JSON.stringify(thread?.variables ?? {})} />,
          },
          ...(job === undefined
            ? []
            : [
                {
                  id: 'log',
                  label: 'Log',
                  content: <JobLog project={path.project} job={job.name} />,
                },
              ]),
          {
            id: 'test',
            label: 'Test',
            content: (
              <StateTest
                key={visit.id}
                path={path}
                visit={visit}
                variables={
                  props.recorded
                    .threadsAfter(props.recorded.events.findIndex(({ id }) => id === visit.id) + 1)
                    .find(({ frame }) => frame === visit.frame)?.variables ?? {}
                }
              />
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}

function VisitFacts({ visit, recorded, at, atTime }: StatePanelProps) {
  const { type, timeoutSeconds, attempts, failures, jobs } = visit;
  const duration = durationOf(visit, at, atTime);
  const failure = failures.findLast(({ id }) => id <= at);
  const status = statusOf(visit, recorded.endings, at);
  const tried = attempts.filter((id) => id <= at).length;
  const left =
    timeoutSeconds !== undefined && status === 'running'
      ? `, ${describeDuration(timeoutSeconds * 1_000 - duration)} left`
      : '';
  const job = jobs.findLast(({ id }) => id <= at);
  return (
    <SpaceBetween size="s">
      <KeyValuePairs
        columns={2}
        items={[
          { label: 'Status', value: <StateStatusView of={status} /> },
          { label: 'Type', value: type },
          { label: 'Duration', value: describeDuration(duration) },
          ...(tried > 1 ? [{ label: 'Attempts', value: tried }] : []),
          ...(timeoutSeconds === undefined
            ? []
            : [
                {
                  label: 'Time limit (TimeoutSeconds)',
                  value: `${describeDuration(timeoutSeconds * 1_000)}${left}`,
                },
              ]),
          ...(job === undefined ? [] : [{ label: 'Job', value: job.name }]),
        ]}
      />
      {failure !== undefined && (
        <Box color="text-status-error">
          <strong>{failure.error}</strong> {failure.cause}
        </Box>
      )}
    </SpaceBetween>
  );
}
