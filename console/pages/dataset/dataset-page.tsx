import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client/index.ts';
import { useDataset } from '../../data/datasets.ts';
import { DatasetState } from '../../parts/dataset-state.tsx';
import { ExecutionLink } from '../../parts/execution-link.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { renderBytes } from '../../parts/numbers.ts';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Preview } from './preview.tsx';
import { Profile } from './profile.tsx';
import { Refusal } from './refusal.tsx';

type Dataset = Schemas['Dataset'];

/** One upload: what became of it, what is in it, which models came from it. */
export function DatasetPage() {
  const { project, dataset } = useParams({ from: '/datasets/$project/$dataset' });
  const loaded = useDataset(project, dataset);
  return (
    <Page title={loaded.data?.name ?? 'Dataset'} description={loaded.data?.uri}>
      <Loaded from={loaded}>
        {(data) => (
          <SpaceBetween size="l">
            <Facts of={data} />
            {data.refusal !== undefined && <Refusal of={data.refusal} />}
            {data.profile !== undefined && <Profile of={data.profile} />}
            <Preview project={project} dataset={data.dataset} state={data.state} />
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
}

function Facts({ of }: { readonly of: Dataset }) {
  const { project, execution, models, profile } = of;
  return (
    <Container header={<Header variant="h2">Upload</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'State', value: <DatasetState of={of.state} /> },
          { label: 'Uploaded', value: <Moment at={of.uploadedAt} /> },
          { label: 'Size', value: renderBytes(of.sizeBytes) },
          { label: 'Rows', value: profile?.rows.toLocaleString('en') ?? 'Not inspected' },
          { label: 'Training', value: <Training project={project} execution={execution} /> },
          { label: 'Models', value: <Models versions={models} /> },
          { label: 'SHA-256', value: profile?.sha256 ?? '–' },
          { label: 'Version of the object', value: of.versionId },
        ]}
      />
    </Container>
  );
}

interface TrainingProps {
  readonly project: string;
  readonly execution: string | undefined;
}

function Training({ project, execution }: TrainingProps) {
  if (execution === undefined) return 'Not started yet';
  return <ExecutionLink project={project} execution={execution} />;
}

function Models({ versions }: { readonly versions: readonly string[] }) {
  if (versions.length === 0) return 'None';
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {versions.map((version) => (
        <PageLink key={version} to="/models/$version" params={{ version }}>
          {version}
        </PageLink>
      ))}
    </SpaceBetween>
  );
}
