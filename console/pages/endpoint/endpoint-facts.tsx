import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import { useEffect, useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { describeDuration, Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { describePlace } from '../../parts/serving.ts';
import { Status } from '../../parts/status.tsx';

type Endpoint = Schemas['Endpoint'];

/** What the endpoint is, and whether it bakes. */
export function EndpointFacts({ of: { place, status, live, bake } }: { readonly of: Endpoint }) {
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Status', value: <Status of={status} /> },
          { label: 'Live model', value: <Live version={live} /> },
          { label: 'Served by', value: describePlace(place) },
          { label: 'Bake', value: bake === null ? 'None' : <BakeClock of={bake} /> },
        ]}
      />
    </Container>
  );
}

function Live({ version }: { readonly version: string | null }) {
  if (version === null) return 'None yet';
  return (
    <PageLink to="/models/$version" params={{ version }}>
      {version}
    </PageLink>
  );
}

const MILLISECONDS = 1_000;

/** By the clock that counts, which runs between two answers as the reader's does. */
function BakeClock({ of }: { readonly of: NonNullable<Endpoint['bake']> }) {
  const { since, seconds, asOf } = of;
  const sinceAnswer = useMillisecondsSince(asOf);
  if (since === undefined) return <>{describeWhole(seconds)}</>;
  if (seconds === undefined) {
    return (
      <>
        since <Moment at={since} />
      </>
    );
  }
  const passed = Date.parse(asOf) - Date.parse(since) + sinceAnswer;
  const left = Math.max(0, seconds * MILLISECONDS - passed);
  return (
    <ProgressBar
      value={Math.min(100, (100 * passed) / (seconds * MILLISECONDS))}
      ariaLabel="Bake"
      additionalInfo={`${describeDuration(left)} left, in which an alarm takes the new model back`}
    />
  );
}

/** ECS does not say since when. */
function describeWhole(seconds: number | undefined): string {
  const whole = seconds === undefined ? '' : `, ${describeDuration(seconds * MILLISECONDS)} in all`;
  return `ECS watches the alarms${whole}`;
}

/** Milliseconds since an answer came. */
function useMillisecondsSince(answer: string): number {
  const [passed, setPassed] = useState(0);
  useEffect(() => {
    const from = performance.now();
    setPassed(0);
    const timer = setInterval(() => setPassed(performance.now() - from), MILLISECONDS);
    return () => clearInterval(timer);
  }, [answer]);
  return passed;
}
