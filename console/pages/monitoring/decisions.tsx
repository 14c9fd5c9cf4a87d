import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useDecisions } from '../../data/monitoring.ts';
import { Empty } from '../../parts/empty.tsx';
import { ExecutionLink } from '../../parts/execution-link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';

/** Why the model was trained again, and why it was not. */
export function Decisions({ project }: { readonly project: string }) {
  return (
    <Loaded from={useDecisions(project)}>
      {({ isOn, decisions }) => (
        <Table
          header={
            <Header
              variant="h2"
              description="Each time something asked to train again: what was decided, and why."
            >
              Why did it train again, or not?
            </Header>
          }
          items={decisions}
          trackBy="decision"
          wrapLines
          columnDefinitions={[
            {
              id: 'at',
              header: 'Asked',
              isRowHeader: true,
              minWidth: 130,
              cell: ({ decidedAt }) => <Moment at={decidedAt} />,
            },
            { id: 'trigger', header: 'By', cell: ({ trigger }) => trigger },
            {
              id: 'outcome',
              header: 'Decision',
              minWidth: 130,
              cell: ({ outcome }) => outcome,
            },
            { id: 'reason', header: 'Reason', cell: ({ reason }) => reason },
            {
              id: 'training',
              header: 'Training',
              cell: ({ training }) =>
                training === undefined ? (
                  '–'
                ) : (
                  <ExecutionLink project={project} execution={training} />
                ),
            },
          ]}
          empty={isOn ? <NothingAsked /> : <NotOn project={project} />}
          ariaLabels={{ tableLabel: 'Decisions to train again' }}
        />
      )}
    </Loaded>
  );
}

function NothingAsked() {
  return (
    <Empty title="Nothing has asked to train again">
      Drift, quality below the gate, new labels or a schedule do, as the project says.
    </Empty>
  );
}

function NotOn({ project }: { readonly project: string }) {
  return (
    <Empty title={`${project} is not trained again by itself`}>
      Upload newer rows: a training starts.
    </Empty>
  );
}
