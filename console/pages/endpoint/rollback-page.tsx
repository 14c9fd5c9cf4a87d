import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { useEndpoint, useRollBack, useRollbackPlan } from '../../data/endpoint.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { describeRollout } from '../../parts/describe-rollout.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { judgeReason } from '../../parts/reason.ts';

/** What a rollback would do, before it is done. */
export function RollbackPage() {
  const { project } = useParams({ from: '/endpoints/$project/rollback' });
  const endpoint = useEndpoint(project);
  return (
    <Page title={`Roll back ${project}`}>
      <Loaded from={endpoint}>
        {({ live }) =>
          live === null ? (
            <Empty title="No model is live">There is nothing to roll back.</Empty>
          ) : (
            <RollBack project={project} live={live} />
          )
        }
      </Loaded>
    </Page>
  );
}

function RollBack({ project, live }: { readonly project: string; readonly live: string }) {
  const plan = useRollbackPlan(live);
  const [reason, setReason] = useState('');
  const rollBack = useRollBack(project);
  const navigate = useNavigate();
  const notify = useNotify();
  const leave = () => void navigate({ to: '/endpoints/$project', params: { project } });
  const run = () =>
    rollBack.mutate(reason, {
      onSuccess: () => {
        notify({
          type: 'success',
          content: `${live} is rejected: the model before it comes back.`,
        });
        leave();
      },
    });
  return (
    <Loaded from={plan}>
      {({ rejection }) => {
        const obstacle = findObstacle(rejection, reason);
        return (
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">What will happen</Header>}>
              <ul>
                {describePlan(live, rejection).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </Container>
            {rejection.does !== 'roll-back' && (
              <Alert type="warning">
                The API refuses a rollback now: {describeObstacle(rejection.does)}
              </Alert>
            )}
            <FormField
              label="Reason"
              description="Kept in the registry and the audit."
              errorText={judgeReason(reason)}
            >
              <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
            </FormField>
            {rollBack.error !== null && <Failure error={rollBack.error} />}
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={leave}>
                Cancel
              </Button>
              <DeedButton
                deed="approve"
                variant="primary"
                loading={rollBack.isPending}
                disabled={obstacle !== undefined}
                {...(obstacle === undefined ? {} : { disabledReason: obstacle })}
                onClick={run}
              >
                Roll back
              </DeedButton>
            </SpaceBetween>
          </SpaceBetween>
        );
      }}
    </Loaded>
  );
}

/** Why it cannot be done now. */
function findObstacle({ does }: Rejection, reason: string): string | undefined {
  if (does !== 'roll-back') return describeObstacle(does);
  return reason === '' ? 'Say why it is rolled back.' : judgeReason(reason);
}

type Rejection = Schemas['RejectionPlan'];

function describePlan(live: string, { does, comesBack, rollout }: Rejection): readonly string[] {
  if (does !== 'roll-back') return [`${live} keeps answering.`];
  return [
    `${live} is rejected in the registry, with your name and the reason.`,
    `A promotion starts for ${comesBack ?? 'the version approved before it'}, which was live before.`,
    ...(rollout === undefined ? [] : describeRollout(rollout)),
    'Requests are answered all the time. The data and the versions stay.',
  ];
}

function describeObstacle(does: Rejection['does']): string {
  const reasons: Readonly<Record<Rejection['does'], string>> = {
    nothing: 'the version is rejected already.',
    'mark-only': 'the version does not serve.',
    'keep-serving': 'no other version is approved.',
    'end-trial': 'a model is on trial; end the trial first.',
    'roll-back': '',
  };
  return reasons[does];
}
