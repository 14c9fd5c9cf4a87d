import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { usePromoteTrial, useWithdrawTrial } from '../../data/endpoint.ts';
import { Moment } from '../../parts/moment.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Verdict } from '../../parts/verdict.tsx';

type Trial = Schemas['Trial'];
type Variant = Trial['champion'];

interface TrialPartProps {
  readonly project: string;
  readonly trial: Trial;
}

/** The model on trial beside the live one, and what ends the trial. */
export function TrialPart({ project, trial }: TrialPartProps) {
  const { champion, challenger, type, startedAt, endsAt, terms } = trial;
  return (
    <Table
      header={
        <Header
          variant="h2"
          description={
            <>
              {type === 'shadow' ? 'A shadow: its answers are kept, not given.' : 'Both answer.'}{' '}
              Since <Moment at={startedAt} />
              {endsAt !== undefined && (
                <>
                  , until <Moment at={endsAt} />
                </>
              )}
              . {terms}
            </>
          }
        >
          Trial
        </Header>
      }
      items={[
        { role: 'Champion', ...champion },
        { role: 'On trial', ...challenger },
      ]}
      trackBy="role"
      columnDefinitions={COLUMNS}
      footer={
        <SpaceBetween size="s">
          {trial.comparison !== undefined && <Comparison of={trial.comparison} />}
          <EndTrial project={project} />
        </SpaceBetween>
      }
      ariaLabels={{ tableLabel: 'Trial' }}
    />
  );
}

type Row = Variant & { readonly role: string };

const COLUMNS = [
  {
    id: 'role',
    header: 'Model',
    isRowHeader: true,
    cell: ({ role, model }: Row) => `${role}: ${model ?? '–'}`,
  },
  { id: 'percent', header: 'Share', cell: ({ percent }: Row) => `${percent} %` },
  { id: 'invocations', header: 'Requests', cell: ({ invocations }: Row) => invocations },
  {
    id: 'errors',
    header: 'Errors',
    cell: ({ clientErrors, serverErrors }: Row) => `${clientErrors} client, ${serverErrors} server`,
  },
  {
    id: 'latency',
    header: 'Latency (p50, p99)',
    cell: ({ p50Milliseconds, p99Milliseconds }: Row) =>
      p50Milliseconds === undefined ? '–' : `${p50Milliseconds} ms, ${p99Milliseconds ?? '–'} ms`,
  },
];

function Comparison({ of }: { readonly of: NonNullable<Trial['comparison']> }) {
  const { answers, differentShare = 0, meanAbsoluteDifference } = of;
  return (
    <Box variant="p">
      Of {answers} answers that can be compared, {Math.round(differentShare * 100)} % differ
      {meanAbsoluteDifference !== undefined &&
        `, on average by ${meanAbsoluteDifference.toPrecision(3)}`}
      .
    </Box>
  );
}

function EndTrial({ project }: { readonly project: string }) {
  const promote = usePromoteTrial(project);
  const withdraw = useWithdrawTrial(project);
  const notify = useNotify();
  const tell = (content: string) => () => notify({ type: 'success', content });
  return (
    <Verdict
      description="Kept in the registry and the audit."
      yes={{
        ...promote,
        label: 'Promote',
        take: (reason) =>
          promote.mutate(reason, {
            onSuccess: tell('The model on trial becomes the live one: its promotion has started.'),
          }),
      }}
      no={{
        ...withdraw,
        label: 'Withdraw',
        demand: 'Say why it is withdrawn.',
        take: (reason) =>
          withdraw.mutate(reason, {
            onSuccess: tell('The model on trial is rejected, and is taken away.'),
          }),
      }}
    />
  );
}
