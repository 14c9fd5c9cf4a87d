import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../../api/client/index.ts';
import { renderNumber } from '../../parts/numbers.ts';
import type { ServingType } from '../../parts/serving.ts';
import { Invocations } from './invocations.tsx';

type CapacityFacts = Schemas['Endpoint']['capacity'];

interface CapacityProps {
  readonly of: CapacityFacts;
  readonly place: Schemas['ServingPlace'];
}

/** What it can do, and what it is asked to do. */
export function Capacity({ of, place: { type, cluster } }: CapacityProps) {
  const facts = [
    ...FACTS[type](of),
    ...(cluster === undefined ? [] : [['Cluster', cluster] as const]),
  ];
  const items = facts.map(([label, value]) => ({ label, value }));
  return (
    <Container header={<Header variant="h2">Capacity</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs columns={Math.min(4, items.length)} items={items} />
        <Invocations of={of.invocationsPerMinute} />
      </SpaceBetween>
    </Container>
  );
}

type Fact = readonly [label: string, value: string];

/** Each place has its own words. */
const FACTS: Readonly<Record<ServingType, (of: CapacityFacts) => readonly Fact[]>> = {
  instances: (of) => [
    ['Instance type', of.instanceType ?? 'Not known'],
    ['Instances', describeRange(of.minimumInstances, of.maximumInstances)],
  ],
  serverless: describeConcurrency,
  lambda: describeConcurrency,
  container: ({ vcpu, memoryMb, minimumTasks, maximumTasks }) => [
    ['Tasks', describeRange(minimumTasks, maximumTasks)],
    ['vCPU of a task', vcpu === undefined ? 'Not known' : renderNumber(vcpu)],
    ['Memory of a task', describeMemory(memoryMb)],
  ],
};

function describeConcurrency(of: CapacityFacts): readonly Fact[] {
  const { memoryMb, provisionedConcurrency: warm, maximumConcurrency: most } = of;
  return [
    ['Memory', describeMemory(memoryMb)],
    ['Requests at the same time', most === undefined ? 'As the account allows' : `At most ${most}`],
    ['Kept warm', warm === undefined ? 'None' : `For ${warm} requests at the same time`],
  ];
}

function describeRange(least: number | undefined, most: number | undefined): string {
  if (least === undefined || most === undefined) return 'Not known';
  return least === most ? `${least}` : `${least} to ${most}, as requests need`;
}

function describeMemory(megabytes: number | undefined): string {
  return megabytes === undefined ? 'Not known' : `${renderNumber(megabytes)} MB`;
}
