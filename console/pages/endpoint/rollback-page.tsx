import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
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
import { useNeededGroup } from '../../parts/needed-group.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { judgeReason } from '../../parts/reason.ts';
import type { ServingType } from '../../parts/serving.ts';

/** What a rollback would do, before it is done. */
export function RollbackPage() {
  const { project } = useParams({ from: '/endpoints/$project/rollback' });
  const endpoint = useEndpoint(project);
  return (
    <Page title={`Roll back ${project}`}>
      <Loaded from={endpoint}>
        {({ live }) =>
          live === null ? (
            <Empty title="No model is live">
              There is nothing to roll back.{' '}
              <PageLink to="/models" search={{ project }}>
                Approve a version
              </PageLink>
            </Empty>
          ) : (
            <RollBack project={project} live={live} />
          )
        }
      </Loaded>
    </Page>
  );
}

function RollBack({ project, live }: { readonly project: string; readonly live: string }) {
  return (
    <Loaded from={useRollbackPlan(live)}>
      {({ rejection, servedBy }) => (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">What will happen</Header>}>
            <ol>
              {describePlan(live, rejection, servedBy).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ol>
          </Container>
          {rejection.does !== 'roll-back' && (
            <Alert type="warning" header="A rollback is not possible now">
              {describeObstacle(rejection.does)} <WayOut project={project} does={rejection.does} />
            </Alert>
          )}
          <Decision project={project} live={live} rejection={rejection} />
        </SpaceBetween>
      )}
    </Loaded>
  );
}

interface DecisionProps {
  readonly project: string;
  readonly live: string;
  readonly rejection: Rejection;
}

function Decision({ project, live, rejection }: DecisionProps) {
  const [reason, setReason] = useState('');
  const { run, leave, isPending, error } = useRollingBack(project, live);
  const neededGroup = useNeededGroup('approve');
  const obstacle = findObstacle(rejection, reason);
  return (
    <Container header={<Header variant="h2">Decision</Header>}>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={leave}>
              Cancel
            </Button>
            <DeedButton
              deed="approve"
              variant="primary"
              loading={isPending}
              disabled={obstacle !== undefined}
              {...(obstacle === undefined ? {} : { disabledReason: obstacle })}
              onClick={() => run(reason)}
            >
              Roll back
            </DeedButton>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="m">
          {neededGroup}
          {error !== null && <Failure error={error} />}
          <FormField
            stretch
            label="Reason"
            description="The registry and the audit keep it with your name."
            errorText={judgeReason(reason)}
          >
            <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
          </FormField>
        </SpaceBetween>
      </Form>
    </Container>
  );
}

/** Rolls back, and leaves for the endpoint. */
function useRollingBack(project: string, live: string) {
  const { mutate, isPending, error } = useRollBack(project);
  const navigate = useNavigate();
  const notify = useNotify();
  const leave = () => void navigate({ to: '/endpoints/$project', params: { project } });
  return {
    leave,
    isPending,
    error,
    run: (reason: string) =>
      mutate(reason, {
        onSuccess: () => {
          notify({
            type: 'success',
            content: `${live} is rejected: the model before it comes back.`,
          });
          leave();
        },
      }),
  };
}

/** Why it cannot be done now. */
function findObstacle({ does }: Rejection, reason: string): string | undefined {
  if (does !== 'roll-back') return describeObstacle(does);
  return reason === '' ? 'Say why it is rolled back.' : judgeReason(reason);
}

type Rejection = Schemas['RejectionPlan'];

function describePlan(
  live: string,
  { does, comesBack, rollout }: Rejection,
  servedBy: ServingType,
): readonly string[] {
  if (does !== 'roll-back') return [`${live} keeps answering.`];
  return [
    `${live} is rejected in the registry, with your name and the reason.`,
    `A promotion starts for ${comesBack ?? 'the version approved before it'}, which was live before.`,
    ...(rollout === undefined ? [] : describeRollout(rollout, servedBy)),
    'Requests are answered all the time. The data and the versions stay.',
  ];
}

/** Where the person gets on. */
function WayOut({ project, does }: { readonly project: string; readonly does: Rejection['does'] }) {
  return does === 'keep-serving' ? (
    <PageLink to="/models" search={{ project }}>
      Approve another version first
    </PageLink>
  ) : (
    <PageLink to="/endpoints/$project" params={{ project }}>
      See the endpoint
    </PageLink>
  );
}

function describeObstacle(does: Rejection['does']): string {
  const reasons: Readonly<Record<Rejection['does'], string>> = {
    nothing: 'The version is rejected already.',
    'mark-only': 'The version does not serve.',
    'keep-serving': 'No other version is approved, so no model could come back.',
    'end-trial': 'A model is on trial; end the trial first.',
    'roll-back': '',
  };
  return reasons[does];
}
