import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../../api/client/index.ts';
import { ExecutionStatus } from '../../parts/execution-status.tsx';
import { Elapsed, Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';

type Execution = Schemas['Execution'];

/** The account of local runtimes, which AWS's console does not know. */
const LOCAL_ACCOUNT = '000000000000';

/** What the execution is, and how it stands. */
export function ExecutionFacts({ of }: { readonly of: Execution }) {
  const { status, startedAt, stoppedAt, outcome, model, redriveCount, error, cause } = of;
  return (
    <Container>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Outcome', value: <ExecutionStatus of={{ status, outcome }} /> },
            { label: 'Started', value: <Moment at={startedAt} /> },
            { label: 'Duration', value: <Elapsed from={startedAt} to={stoppedAt} /> },
            ...(model === undefined ? [] : [{ label: 'Model', value: <Model version={model} /> }]),
            ...(redriveCount === 0 ? [] : [{ label: 'Redriven', value: `${redriveCount} times` }]),
            { label: 'In AWS', value: <AwsLink arn={of.executionArn} /> },
          ]}
        />
        {error !== undefined && (
          <Alert type="error" header={error}>
            {cause}
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Model({ version }: { readonly version: string }) {
  return (
    <PageLink to="/models/$version" params={{ version }}>
      {version}
    </PageLink>
  );
}

function AwsLink({ arn }: { readonly arn: string }) {
  const [, , , region, account] = arn.split(':');
  if (account === LOCAL_ACCOUNT) return 'It runs on this machine';
  const page = `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
  return (
    <Link external href={page}>
      Step Functions console
    </Link>
  );
}
