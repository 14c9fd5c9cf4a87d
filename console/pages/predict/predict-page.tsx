import Tabs from '@cloudscape-design/components/tabs';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type PredictionForm, usePredictionForm } from '../../data/predictions.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
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
      <Loaded from={form}>{(data) => <Ways form={data} />}</Loaded>
    </Page>
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
