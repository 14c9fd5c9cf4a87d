import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEndpoint, useTrial } from '../../data/endpoint.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Alarms } from './alarms.tsx';
import { Capacity } from './capacity.tsx';
import { EndpointFacts } from './endpoint-facts.tsx';
import { PastPromotions } from './past-promotions.tsx';
import { Traffic } from './traffic.tsx';
import { TrialPart } from './trial-part.tsx';

/** The endpoint of a project: who answers, what could take it back, what was before. */
export function EndpointPage() {
  const { project } = useParams({ from: '/endpoints/$project' });
  const navigate = useNavigate();
  const endpoint = useEndpoint(project);
  const trial = useTrial(project);
  const live = endpoint.data?.live ?? null;
  return (
    <Page
      title={`Endpoint of ${project}`}
      actions={
        <DeedButton
          deed="approve"
          disabled={live === null}
          disabledReason="No model is live."
          onClick={() => void navigate({ to: '/endpoints/$project/rollback', params: { project } })}
        >
          Roll back
        </DeedButton>
      }
    >
      <Loaded from={endpoint}>
        {(data) => (
          <SpaceBetween size="l">
            {data.failureReason !== undefined && (
              <Alert type="error" header="SageMaker reports a failure">
                {data.failureReason} See the logs of the model's container, then{' '}
                <PageLink to="/models" search={{ project }} variant="primary">
                  approve a version
                </PageLink>
                : its promotion replaces what failed.
              </Alert>
            )}
            <EndpointFacts of={data} />
            <Traffic of={data} project={project} />
            <Loaded from={trial}>
              {({ trial: running }) =>
                running !== null && <TrialPart project={project} trial={running} />
              }
            </Loaded>
            <Alarms of={data.alarms} type={data.place.type} />
            <Capacity of={data.capacity} place={data.place} />
            <PastPromotions project={project} of={data.history} type={data.place.type} />
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
}
