import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { usePromoteTrial, useWithdrawTrial } from '../../data/endpoint.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { judgeReason } from '../../parts/reason.ts';

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
  const [reason, setReason] = useState('');
  const promote = usePromoteTrial(project);
  const withdraw = useWithdrawTrial(project);
  const notify = useNotify();
  const tell = (content: string) => () => notify({ type: 'success', content });
  const error = promote.error ?? withdraw.error;
  const mistake = judgeReason(reason);
  return (
    <SpaceBetween size="s">
      <FormField
        label="Reason"
        description="Kept in the registry and the audit."
        errorText={mistake}
      >
        <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
      <SpaceBetween direction="horizontal" size="xs">
        <DeedButton
          deed="approve"
          variant="primary"
          loading={promote.isPending}
          disabled={mistake !== undefined}
          {...(mistake === undefined ? {} : { disabledReason: mistake })}
          onClick={() =>
            promote.mutate(reason, {
              onSuccess: tell(
                'The model on trial becomes the live one: its promotion has started.',
              ),
            })
          }
        >
          Promote
        </DeedButton>
        <DeedButton
          deed="approve"
          loading={withdraw.isPending}
          disabled={reason === '' || mistake !== undefined}
          disabledReason={mistake ?? 'Say why it is withdrawn.'}
          onClick={() =>
            withdraw.mutate(reason, {
              onSuccess: tell('The model on trial is rejected, and is taken away.'),
            })
          }
        >
          Withdraw
        </DeedButton>
      </SpaceBetween>
      {error !== null && <Failure error={error} />}
    </SpaceBetween>
  );
}
