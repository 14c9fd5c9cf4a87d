import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../../api/client/index.ts';
import { COLORS } from '../../parts/colors.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Status } from '../../parts/status.tsx';
import './traffic.css';

type Fleet = Schemas['Fleet'];

/** Who answers how many of the requests; it moves while a new model takes over. */
export function Traffic({ of: { fleets, live } }: { readonly of: Schemas['Endpoint'] }) {
  return (
    <Container
      header={
        <Header variant="h2" description="The share of the requests that each model answers.">
          Traffic
        </Header>
      }
    >
      {fleets.length === 0 ? (
        <Empty title="No endpoint yet">The first approved model makes it.</Empty>
      ) : (
        <SpaceBetween size="s">
          {fleets.map((fleet) => (
            <Share
              key={`${fleet.endpointConfig} ${fleet.variant}`}
              of={fleet}
              isLive={fleet.model === live}
            />
          ))}
        </SpaceBetween>
      )}
    </Container>
  );
}

function Share({ of, isLive }: { readonly of: Fleet; readonly isLive: boolean }) {
  const { variant, model, percent, instances, wantedInstances, phases } = of;
  const color = isLive ? COLORS.success : COLORS.info;
  return (
    <div>
      <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap', marginBottom: 4 }}>
        {model !== undefined && (
          <PageLink to="/models/$version" params={{ version: model }}>
            {model}
          </PageLink>
        )}
        <span>
          {Math.round(percent)} %{describeInstances(instances, wantedInstances)}, variant {variant}
        </span>
        {phases.map(({ status, message }) => (
          <span key={status} title={message}>
            <Status of={status} />
          </span>
        ))}
      </div>
      <div
        role="meter"
        aria-label={`Requests that ${model ?? variant} answers`}
        aria-valuenow={Math.round(percent)}
        aria-valuemin={0}
        aria-valuemax={100}
        style={{ height: 14, border: `1px solid ${COLORS.divider}`, borderRadius: 7 }}
      >
        <div
          className="traffic-share"
          style={{
            width: `${percent}%`,
            height: '100%',
            background: color,
            borderRadius: 7,
          }}
        />
      </div>
    </div>
  );
}

function describeInstances(instances: number | undefined, wanted: number | undefined): string {
  if (instances === undefined) return '';
  return wanted === undefined || wanted === instances
    ? `, ${instances} ${instances === 1 ? 'instance' : 'instances'}`
    : `, ${instances} of ${wanted} instances`;
}
