import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useLiveVersions } from '../../data/overview.ts';
import { type PredictionForm, usePredictionForm } from '../../data/predictions.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { FileWay } from './file-way.tsx';
import { FormWay } from './form-way.tsx';
import { WAYS } from './predict-search.ts';
import { RowWay } from './row-way.tsx';

/** Asks the live model of one project: for people who need nothing else of the console. */
export function PredictPage() {
  const { project } = useParams({ from: '/predict/$project' });
  const form = usePredictionForm(project);
  return (
    <Page title={`Predict: ${project}`} description={form.data?.description}>
      <Loaded from={form}>
        {(data) => (
          <SpaceBetween size="l">
            <NoModelYet project={project} />
            <Ways form={data} />
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
}

/** Says it before the form is filled in. */
function NoModelYet({ project }: { readonly project: string }) {
  if (useLiveVersions()?.get(project) !== null) return null;
  return (
    <Alert type="warning" header="No answers yet: no model of this project is live">
      Upload data on the page{' '}
      <PageLink to="/datasets" search={{ project }}>
        Datasets
      </PageLink>
      , then approve the model that its training registers on the page{' '}
      <PageLink to="/models" search={{ project }}>
        Models
      </PageLink>
      .
    </Alert>
  );
}

const LABELS = { form: 'One record', row: 'Pasted row', file: 'Rows of a file' } as const;

function Ways({ form }: { readonly form: PredictionForm }) {
  const { by = 'form' } = useSearch({ from: '/predict/$project' });
  const navigate = useNavigate({ from: '/predict/$project' });
  const contents = {
    form: <FormWay form={form} />,
    row: <RowWay form={form} />,
    file: <FileWay form={form} />,
  };
  return (
    <Tabs
      activeTabId={by}
      onChange={({ detail }) => {
        const way = WAYS.find((each) => each === detail.activeTabId);
        void navigate({ search: way === undefined || way === 'form' ? {} : { by: way } });
      }}
      tabs={WAYS.map((id) => ({ id, label: LABELS[id], content: contents[id] }))}
      ariaLabel="How records are given"
    />
  );
}
