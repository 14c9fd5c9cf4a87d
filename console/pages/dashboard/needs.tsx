import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import type { Schemas } from '../../../api/client/index.ts';
import { useDelivery } from '../../data/delivery.ts';
import { Empty } from '../../parts/empty.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import '../../parts/colors.css';
import './needs.css';

type Project = Schemas['ProjectOverview'];
type ProjectNeed = Schemas['Need'] & Pick<Project, 'project'>;
type Need = Omit<ProjectNeed, 'kind'> & { readonly kind: ProjectNeed['kind'] | 'delivery' };

const KINDS: Readonly<Record<Need['kind'], readonly [StatusIndicatorProps.Type, string]>> = {
  approval: ['pending', 'Approval'],
  'refused-data': ['warning', 'Refused data'],
  'failed-run': ['error', 'Failed run'],
  alarm: ['error', 'Alarm'],
  drift: ['warning', 'Drift'],
  delivery: ['pending', 'Deployment'],
};

function needOfDelivery({ stage, since, commit }: Schemas['DeliveryApproval']): Need {
  const text = `${stage} waits for approval`;
  const [title] = commit?.message.split('\n') ?? [];
  return {
    kind: 'delivery',
    project: 'Delivery',
    text: title === undefined ? text : `${text}: ${title}`,
    ...(since === undefined ? {} : { since }),
  };
}

interface NeedsProps {
  readonly projects: readonly Project[];
  /** Whether the app has a pipeline. */
  readonly hasDelivery: boolean;
}

/** Everything that waits for a person, of all projects. A list: the first page does without the code of tables. */
export function Needs({ projects, hasDelivery }: NeedsProps) {
  const { data: delivery } = useDelivery(hasDelivery);
  const approvals = delivery?.approvals.filter(({ isOwn }) => isOwn) ?? [];
  const needs = [
    ...approvals.map(needOfDelivery),
    ...projects.flatMap(({ project, needs }) => needs.map((need): Need => ({ ...need, project }))),
  ];
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${needs.length})`}>
          Needs you
        </Header>
      }
    >
      {needs.length === 0 ? (
        <Empty title="Nothing waits for you">Approvals and failures appear here.</Empty>
      ) : (
        <ul className="needs" aria-label="Needs you">
          {needs.map((need) => (
            <li key={`${need.project} ${need.text}`}>
              <Kind of={need.kind} />
              <span>{need.project}</span>
              <span>
                <Text of={need} />
              </span>
              <span>{need.since !== undefined && <Moment at={need.since} />}</span>
            </li>
          ))}
        </ul>
      )}
    </Container>
  );
}

function Kind({ of }: { readonly of: Need['kind'] }) {
  const [type, text] = KINDS[of];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}

/** Leads to the page where it can be dealt with. */
function Text({ of }: { readonly of: Need }) {
  const { text, project, kind, model, dataset, workflow, execution, report } = of;
  if (kind === 'delivery') return <PageLink to="/delivery">{text}</PageLink>;
  if (model !== undefined) {
    return (
      <PageLink to="/models/$version" params={{ version: model }}>
        {text}
      </PageLink>
    );
  }
  if (report !== undefined) {
    return (
      <PageLink to="/monitoring/$project/$report" params={{ project, report }}>
        {text}
      </PageLink>
    );
  }
  if (kind === 'alarm') {
    return (
      <PageLink to="/endpoints/$project" params={{ project }}>
        {text}
      </PageLink>
    );
  }
  if (kind === 'refused-data' && dataset !== undefined) {
    return (
      <PageLink to="/datasets/$project/$dataset" params={{ project, dataset }}>
        {text}
      </PageLink>
    );
  }
  if (workflow === undefined || execution === undefined) return text;
  return (
    <PageLink
      to="/executions/$project/$workflow/$execution"
      params={{ project, workflow, execution }}
    >
      {text}
    </PageLink>
  );
}
