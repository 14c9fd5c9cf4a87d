import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../../api/client/index.ts';
import { Moment } from '../../parts/moment.tsx';
import { Commit } from './commit.tsx';
import { Decide } from './decide.tsx';

interface ApprovalProps {
  readonly of: Schemas['DeliveryApproval'];
  /** That of this console. */
  readonly environment: string;
}

/** A deployment that waits for a person, with what it would change. */
export function Approval({ of, environment }: ApprovalProps) {
  const { stage, since, commit, review, link, revision, isOwn } = of;
  return (
    <Container header={<Header variant="h2">{stage} waits for approval</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Commit', value: <Commit of={commit} /> },
            { label: 'Since', value: since === undefined ? '-' : <Moment at={since} /> },
            {
              label: 'Whole difference',
              value:
                link === undefined ? (
                  'None'
                ) : (
                  <Link href={link} external externalIconAriaLabel="Opens in a new tab">
                    Log of the review
                  </Link>
                ),
            },
          ]}
        />
        <div>
          <Box variant="awsui-key-label">What would change</Box>
          <div style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
            {review === '' ? 'The review says nothing.' : review}
          </div>
        </div>
        {isOwn ? (
          <Decide stage={stage} revision={revision} />
        ) : (
          <Box color="text-body-secondary">
            This is the console of {environment}. Whoever approves for the environment of {stage}{' '}
            decides in its own console.
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
}
