import { type Uploaded, useUpload } from '../../data/datasets.ts';
import { nameDatasetState } from '../../parts/dataset-state.tsx';
import { PageLink } from '../../parts/page-link.tsx';

interface UploadProgressProps {
  readonly project: string;
  readonly uploaded: Uploaded;
}

/** What becomes of an upload, with the way to the training that took it. */
export function UploadProgress({ project, uploaded }: UploadProgressProps) {
  const upload = useUpload(project, uploaded);
  if (upload?.execution === undefined) return 'Its training starts by itself, within seconds.';
  const { dataset, execution, state } = upload;
  if (state === 'refused') {
    return (
      <>
        {nameDatasetState(state)}.{' '}
        <PageLink
          to="/datasets/$project/$dataset"
          params={{ project, dataset }}
          variant="primary"
          color="inverted"
        >
          See what is wrong with it
        </PageLink>
      </>
    );
  }
  return (
    <>
      {nameDatasetState(state)}.{' '}
      <PageLink
        to="/executions/$project/$workflow/$execution"
        params={{ project, workflow: 'training', execution }}
        variant="primary"
        color="inverted"
      >
        Watch its training
      </PageLink>
    </>
  );
}
