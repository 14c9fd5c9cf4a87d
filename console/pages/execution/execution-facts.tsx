import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs, {
  type KeyValuePairsProps,
} from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../../api/client/index.ts';
import { useClock } from '../../parts/clock.ts';
import { ExecutionStatus } from '../../parts/execution-status.tsx';
import { Elapsed, Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';

type Execution = Schemas['Execution'];

/** The account of local runtimes, which AWS's console does not know. */
const LOCAL_ACCOUNT = '000000000000';

/** What the execution is, and how it stands. */
export function ExecutionFacts({ of }: { readonly of: Execution }) {
  const { status, startedAt, stoppedAt, outcome, model, redriveCount, error, cause, isRedrivable } =
    of;
  const duration = useClock().isAhead ? 'Duration (simulated time)' : 'Duration';
  return (
    <Container>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={4}
          items={[
            { label: 'Outcome', value: <ExecutionStatus of={{ status, outcome }} /> },
            { label: 'Started', value: <Moment at={startedAt} /> },
            { label: duration, value: <Elapsed from={startedAt} to={stoppedAt} /> },
            ...(model === undefined
              ? []
              : [{ label: 'Model', value: <Model version={model} outcome={outcome} /> }]),
            ...(redriveCount === 0 ? [] : [{ label: 'Redriven', value: `${redriveCount} times` }]),
            ...describeAws(of.executionArn),
          ]}
        />
        {error !== undefined && (
          <Alert type="error" header={error}>
            {cause}
            <Box padding={{ top: 'xs' }}>
              The failed state is marked below: select it for its input and the log of its job.
              {isRedrivable && ' Once the cause is corrected, Redrive runs again from it.'}
            </Box>
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  );
}

interface ModelProps {
  readonly version: string;
  readonly outcome: string | undefined;
}

/** Where a training has registered it, the way on. */
function Model({ version, outcome }: ModelProps) {
  return (
    <>
      <PageLink to="/models/$version" params={{ version }}>
        {version}
      </PageLink>
      {outcome === 'Registered' && (
        <Box variant="small" display="block">
          Open it to see its metrics and to decide about it.
        </Box>
      )}
    </>
  );
}

function describeAws(arn: string): KeyValuePairsProps.Pair[] {
  const [, , , region, account] = arn.split(':');
  if (account === LOCAL_ACCOUNT) return [];
  const page = `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
  const value = (
    <Link external href={page}>
      Step Functions console
    </Link>
  );
  return [{ label: 'In AWS', value }];
}
