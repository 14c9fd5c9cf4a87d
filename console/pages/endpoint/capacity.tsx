import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import type { Schemas } from '../../../api/client/index.ts';
import { COLORS } from '../../parts/colors.ts';

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
      <KeyValuePairs
        columns={3}
        items={[
          { label: 'Instance type', value: instanceType ?? 'Serverless' },
          { label: 'Instances', value: minimumInstances === undefined ? 'As needed' : range },
          {
            label: 'Requests a minute',
            value: <Invocations of={invocationsPerMinute} />,
          },
        ]}
      />
    </Container>
  );
}

const HEIGHT = 40;
const BAR = 6;

function Invocations({ of }: { readonly of: CapacityFacts['invocationsPerMinute'] }) {
  if (of.length === 0) return 'None in the last hours';
  const most = Math.max(1, ...of.map(({ invocations }) => invocations));
  const last = of.at(-1)?.invocations ?? 0;
  return (
    <>
      <svg
        role="img"
        aria-label={`${last} in the last minute that has data, at most ${most}`}
        width={of.length * BAR}
        height={HEIGHT}
        style={{ maxWidth: '100%', display: 'block' }}
      >
        {of.map(({ at, invocations }, index) => (
          <rect
            key={at}
            x={index * BAR}
            y={HEIGHT - (HEIGHT * invocations) / most}
            width={BAR - 1}
            height={(HEIGHT * invocations) / most}
            style={{ fill: COLORS.info }}
          />
        ))}
      </svg>
      {last}, at most {most}
    </>
  );
}
