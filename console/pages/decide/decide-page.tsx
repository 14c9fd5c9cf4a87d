import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { useDecision, useDecisionPlan } from '../../data/decisions.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { useNeededGroup } from '../../parts/needed-group.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { judgeReason } from '../../parts/reason.ts';
import { Status } from '../../parts/status.tsx';
import { describeApproval, describeRejection } from './describe-plan.ts';

type Plan = Schemas['DecisionPlan'];

/** Says what a decision will do, and takes it. */
export function DecidePage() {
  const { version } = useParams({ from: '/models/$version/decide' });
  const { as } = useSearch({ from: '/models/$version/decide' });
  const plan = useDecisionPlan(version);
  return (
    <Page title={`${as === 'approve' ? 'Approve' : 'Reject'} ${version}`}>
      <Loaded from={plan}>{(data) => <Decide plan={data} as={as} />}</Loaded>
    </Page>
  );
}

interface DecideProps {
  readonly plan: Plan;
  readonly as: 'approve' | 'reject';
}

function Decide({ plan, as }: DecideProps) {
  return (
    <SpaceBetween size="l">
      <WhatHappens plan={plan} as={as} />
      <Reason plan={plan} as={as} />
    </SpaceBetween>
  );
}

function WhatHappens({ plan, as }: DecideProps) {
  const { status, approval } = plan;
  const steps = as === 'approve' ? describeApproval(plan) : describeRejection(plan);
  const { alarms } = approval;
  const isWatched = as === 'approve' && approval.does === 'rollout' && alarms.length > 0;
  return (
    <Container header={<Header variant="h2">What will happen</Header>}>
      <SpaceBetween size="m">
        <ol>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'Status now', value: <Status of={status} /> },
            ...(isWatched
              ? [{ label: 'Alarms that take it back', value: <Box>{alarms.join(', ')}</Box> }]
              : []),
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

function judge(as: DecideProps['as'], reason: string): string | undefined {
  return reason === '' && as === 'reject' ? 'Say why it is rejected.' : judgeReason(reason);
}

function Reason({ plan: { version, revision, approval, rejection }, as }: DecideProps) {
  const [text, setText] = useState('');
  const [isJudged, setJudged] = useState(false);
  const { mutate, isPending, error } = useDecision(version);
  const navigate = useNavigate();
  const notify = useNotify();
  const reason = text.trim();
  // One key for one intent: the same again after a lost connection, another for another reason.
  const key = useMemo(
    () => keyOf([version, as, reason, revision]),
    [version, as, reason, revision],
  );
  const mistake = judge(as, reason);
  const neededGroup = useNeededGroup('approve');
  const isDone = (as === 'approve' ? approval : rejection).does === 'nothing';
  const back = () => void navigate({ to: '/models/$version', params: { version } });
  const decide = () => {
    setJudged(true);
    if (mistake !== undefined) return;
    mutate(
      { as, reason, revision, key },
      {
        onSuccess: ({ status, decision }) => {
          notify({ type: 'success', header: `${version}: ${status}`, content: decision });
          back();
        },
      },
    );
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        decide();
      }}
    >
      <Container header={<Header variant="h2">Decision</Header>}>
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={back}>
                Cancel
              </Button>
              <DeedButton
                deed="approve"
                variant="primary"
                loading={isPending}
                disabled={isDone}
                {...(isDone ? { disabledReason: 'It has this status already.' } : {})}
              >
                {as === 'approve' ? 'Approve' : 'Reject'} {version}
              </DeedButton>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="m">
            {neededGroup}
            {error !== null && <Failure error={error} />}
            <FormField
              stretch
              label={as === 'approve' ? 'Reason (optional)' : 'Reason'}
              description="The registry and the audit keep it with your name."
              errorText={isJudged ? mistake : undefined}
            >
              <Textarea value={text} rows={2} onChange={({ detail }) => setText(detail.value)} />
            </FormField>
          </SpaceBetween>
        </Form>
      </Container>
    </form>
  );
}

/** A new key whenever what it stands for changes. */
function keyOf(_intent: readonly string[]): string {
  return crypto.randomUUID();
}
