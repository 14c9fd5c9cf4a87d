import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { useDecisions, useStartRetraining } from '../../data/monitoring.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ExecutionLink } from '../../parts/execution-link.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { useColumnsWithRoom } from '../../parts/room.ts';

type Decision = Schemas['RetrainingDecision'];

interface DecisionsProps {
  readonly project: string;
}

/** Why the model was trained again, and why it was not. */
export function Decisions({ project }: DecisionsProps) {
  return (
    <Loaded from={useDecisions(project)}>
      {({ isOn, decisions }) => <Found project={project} isOn={isOn} decisions={decisions} />}
    </Loaded>
  );
}

interface FoundProps extends DecisionsProps {
  readonly isOn: boolean;
  readonly decisions: readonly Decision[];
}

function Found({ project, isOn, decisions }: FoundProps) {
  const starting = useStartRetraining(project);
  const notify = useNotify();
  const columns = useColumnsWithRoom(columnsOf(project), ['model', 'rows']);
  const decide = () =>
    starting.mutate(undefined, {
      onSuccess: ({ execution }) =>
        notify({
          type: 'success',
          content: (
            <>
              The decision is being made by the execution{' '}
              <ExecutionLink project={project} workflow="retraining" execution={execution} />. The
              table below shows it by itself.
            </>
          ),
        }),
    });
  return (
    <SpaceBetween size="s">
      {starting.error !== null && <Failure error={starting.error} />}
      <Table
        header={
          <Header
            variant="h2"
            description="Each time something asked to train again: what was decided, and why."
            actions={
              isOn && (
                <DeedButton
                  deed="train"
                  loading={starting.isPending}
                  loadingText="Starting"
                  onClick={decide}
                >
                  Decide now
                </DeedButton>
              )
            }
          >
            Why did it train again, or not?
          </Header>
        }
        items={decisions}
        trackBy="decision"
        wrapLines
        columnDefinitions={columns}
        empty={isOn ? <NothingAsked /> : <NotOn project={project} />}
        ariaLabels={{ tableLabel: 'Decisions to train again' }}
      />
    </SpaceBetween>
  );
}

/** What asked, in words. */
const TRIGGERS = {
  drift: 'Drift',
  quality: 'Quality',
  labels: 'New labels',
  schedule: 'Schedule',
  request: 'A person',
} as const satisfies Readonly<Record<Decision['trigger'], string>>;

function columnsOf(project: string): readonly TableProps.ColumnDefinition<Decision>[] {
  return [
    {
      id: 'at',
      header: 'Asked',
      isRowHeader: true,
      minWidth: 120,
      cell: ({ decidedAt, execution }) => (
        <>
          <Moment at={decidedAt} />
          <div>
            <ExecutionLink project={project} workflow="retraining" execution={execution} />
          </div>
        </>
      ),
    },
    { id: 'trigger', header: 'By', minWidth: 100, cell: (decision) => <Trigger of={decision} /> },
    { id: 'outcome', header: 'Decision', minWidth: 120, cell: ({ outcome }) => outcome },
    { id: 'reason', header: 'Reason', minWidth: 180, cell: ({ reason }) => reason },
    { id: 'rows', header: 'New rows', cell: ({ newRows }) => newRows ?? '–' },
    { id: 'model', header: 'Model', cell: ({ model }) => model ?? '–' },
    {
      id: 'training',
      header: 'Training',
      minWidth: 110,
      cell: (decision) => <Training project={project} of={decision} />,
    },
  ];
}

function Trigger({ of: { trigger, drifted } }: { readonly of: Decision }) {
  return (
    <>
      {TRIGGERS[trigger]}
      {drifted.length > 0 && <Box variant="small">{drifted.join(', ')}</Box>}
    </>
  );
}

interface TrainingProps extends DecisionsProps {
  readonly of: Decision;
}

function Training({ project, of: { outcome, training } }: TrainingProps) {
  if (training !== undefined) return <ExecutionLink project={project} execution={training} />;
  return outcome === 'Training started' ? 'Begins soon' : '–';
}

function NothingAsked() {
  return (
    <Empty title="Nothing has asked to train again">
      Drift, quality below the gate, new labels or a schedule do, as the project says; or a person,
      with Decide now.
    </Empty>
  );
}

function NotOn({ project }: DecisionsProps) {
  return (
    <Empty title={`${project} is not retrained automatically`}>
      Add <code>retraining: {'{}'}</code> to its <code>project.ts</code>, or upload newer rows: a
      training starts.
    </Empty>
  );
}
