import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { Empty } from '../../parts/empty.tsx';
import { ExecutionLink } from '../../parts/execution-link.tsx';
import { ExecutionStatus } from '../../parts/execution-status.tsx';
import { Moment } from '../../parts/moment.tsx';
import type { ServingType } from '../../parts/serving.ts';

interface PastPromotionsProps {
  readonly project: string;
  readonly of: readonly Schemas['PastPromotion'][];
  readonly type: ServingType;
}

const SAGEMAKER =
  'Rollbacks that SageMaker did not report are among them: the promotion looks for them.';

/** Who takes a model back. */
const ROLLBACKS: Readonly<Record<ServingType, string>> = {
  instances: SAGEMAKER,
  serverless: SAGEMAKER,
  lambda: 'Models whose requests the promotion gave back to the version before are among them.',
  container: 'Models that ECS or the promotion took back are among them.',
};

/** What became of each approved model, also where SageMaker took it back and reported success. */
export function PastPromotions({ project, of, type }: PastPromotionsProps) {
  return (
    <Table
      header={
        <Header variant="h2" description={ROLLBACKS[type]}>
          History
        </Header>
      }
      items={of}
      trackBy="execution"
      wrapLines
      columnDefinitions={[
        {
          id: 'at',
          header: 'When',
          minWidth: 160,
          cell: ({ startedAt }) => <Moment at={startedAt} />,
        },
        { id: 'model', header: 'Model', cell: ({ model = '–' }) => model },
        {
          id: 'status',
          header: 'Outcome',
          minWidth: 150,
          cell: (promotion) => <ExecutionStatus of={promotion} />,
        },
        {
          id: 'reason',
          header: 'Reason',
          cell: ({ reason = '' }) => (reason === '' ? '–' : reason),
        },
        {
          id: 'execution',
          header: 'Execution',
          isRowHeader: true,
          cell: ({ execution }) => (
            <ExecutionLink project={project} workflow="promotion" execution={execution} />
          ),
        },
      ]}
      empty={<Empty title="Nothing was promoted yet">An approval starts a promotion.</Empty>}
      ariaLabels={{ tableLabel: 'History' }}
    />
  );
}
