import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Schemas } from '../../../api/client/index.ts';
import { COLORS } from '../../parts/colors.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import type { ServingType } from '../../parts/serving.ts';
import { Status } from '../../parts/status.tsx';
import './traffic.css';

type Fleet = Schemas['Fleet'];

interface TrafficProps {
  readonly project: string;
  readonly of: Schemas['Endpoint'];
}

/** Who answers how many of the requests; it moves while a new model takes over. */
export function Traffic({ project, of: { fleets, live, place } }: TrafficProps) {
  return (
    <Container
      header={
        <Header variant="h2" description="The share of the requests that each model answers.">
          Traffic
        </Header>
      }
    >
      {fleets.length === 0 ? (
        <Empty title="No model is live yet">
          The first approved model goes live.{' '}
          <PageLink to="/models" search={{ project }}>
            Approve a version
          </PageLink>
        </Empty>
      ) : (
        <SpaceBetween size="s">
          {fleets.map((fleet) => (
            <Share
              key={`${fleet.endpointConfig} ${fleet.variant}`}
              of={fleet}
              type={place.type}
              isLive={fleet.model === live}
            />
          ))}
        </SpaceBetween>
      )}
    </Container>
  );
}

interface ShareProps {
  readonly of: Fleet;
  readonly type: ServingType;
  readonly isLive: boolean;
}

function Share({ of, type, isLive }: ShareProps) {
  const { variant, model, percent, phases } = of;
  const color = isLive ? COLORS.success : COLORS.info;
  return (
    <div>
      <div style={{ display: 'flex', gap: 12, flexWrap: 'wrap', marginBottom: 4 }}>
        {model !== undefined && (
          <PageLink to="/models/$version" params={{ version: model }}>
            {model}
          </PageLink>
        )}
        <span>{describeFleet(of, type)}</span>
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

function describeFleet(fleet: Fleet, type: ServingType): string {
  const share = `${Math.round(fleet.percent)} %`;
  const number = fleet.endpointConfig.split(':').at(-1);
  switch (type) {
    case 'instances':
    case 'serverless':
      return [share, ...countOf(fleet, 'instance'), `variant ${fleet.variant}`].join(', ');
    case 'lambda':
      return `${share}, version ${number}`;
    case 'container':
      return [share, ...countOf(fleet, 'task'), `revision ${number}`].join(', ');
  }
}

function countOf({ instances, wantedInstances: wanted }: Fleet, one: string): readonly string[] {
  if (instances === undefined) return [];
  return wanted === undefined || wanted === instances
    ? [`${instances} ${instances === 1 ? one : `${one}s`}`]
    : [`${instances} of ${wanted} ${one}s`];
}
