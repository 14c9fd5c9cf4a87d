import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../../api/client/index.ts';
import { Invocations } from './invocations.tsx';

type CapacityFacts = Schemas['Endpoint']['capacity'];

/** What the endpoint can do, and what it is asked to do. */
export function Capacity({ of }: { readonly of: CapacityFacts }) {
  const { instanceType, minimumInstances, maximumInstances, invocationsPerMinute } = of;
  const range =
    minimumInstances === maximumInstances
      ? `${minimumInstances}`
      : `${minimumInstances} to ${maximumInstances}`;
  return (
    <Container header={<Header variant="h2">Capacity</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'Instance type', value: instanceType ?? 'Serverless' },
            { label: 'Instances', value: minimumInstances === undefined ? 'As needed' : range },
          ]}
        />
        <Invocations of={invocationsPerMinute} />
      </SpaceBetween>
    </Container>
  );
}
