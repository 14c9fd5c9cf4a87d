import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { useApi } from '../../data/api.ts';
import { sendFile } from '../../data/datasets.ts';
import { useObstacle } from '../../data/person.ts';
import { ColumnNames } from '../../parts/column-names.tsx';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useNeededGroup } from '../../parts/needed-group.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { checkFirstRows, type FirstCheck } from './first-check.ts';
import { UploadProgress } from './upload-progress.tsx';

interface Chosen {
  readonly file: File;
  readonly check: FirstCheck;
}

/** As the API takes names. */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._() -]*(\/[A-Za-z0-9_][A-Za-z0-9._() -]*)*$/;

/** Takes a file, looks at its first rows, and sends it. */
export function Upload({ project }: { readonly project: Schemas['Project'] }) {
  const [chosen, setChosen] = useState<Chosen>();
  const [name, setName] = useState('');
  const [share, setShare] = useState(0);
  const sending = useSending(project.project, setShare);
  const neededGroup = useNeededGroup('train');
  const obstacle = useObstacle('train');
  const choose = async (file: File | undefined) => {
    sending.reset();
    setShare(0);
    setName(file?.name ?? '');
    setChosen(
      file === undefined ? undefined : { file, check: await checkFirstRows(file, project) },
    );
  };
  const mistake =
    chosen === undefined || (FILE_NAME.test(name) && name.length <= 200)
      ? undefined
      : 'Letters, digits, spaces and . _ - ( ), beginning with a letter, a digit or _; at most 200.';
  return (
    <Container header={<Header variant="h2">Upload to {project.project}</Header>}>
      <SpaceBetween size="m">
        {neededGroup}
        <FormField label="Data file" description={<FileRules of={project} />}>
          <FileUpload
            value={chosen === undefined ? [] : [chosen.file]}
            onChange={({ detail }) => void choose(detail.value[0])}
            accept=".csv,.txt,.data,text/csv"
            showFileSize
            showFileLastModified
            i18nStrings={{
              uploadButtonText: () => 'Choose file',
              dropzoneText: () => 'Drop the file here',
              removeFileAriaLabel: () => 'Remove file',
              errorIconAriaLabel: 'Error',
            }}
          />
        </FormField>
        {chosen !== undefined && (
          <SpaceBetween size="m">
            <CheckResult of={chosen.check} isEmpty={chosen.file.size === 0} />
            <FormField
              label="Name"
              description="An upload under a name that exists is a new version of it."
              errorText={mistake}
            >
              <Input value={name} onChange={({ detail }) => setName(detail.value)} />
            </FormField>
          </SpaceBetween>
        )}
        {sending.isPending && <ProgressBar value={100 * share} label="Upload" description={name} />}
        {sending.error !== null && <Failure error={sending.error} />}
        <DeedButton
          deed="train"
          variant="primary"
          loading={sending.isPending}
          loadingText="Uploading"
          disabled={chosen === undefined || chosen.file.size === 0 || mistake !== undefined}
          disabledReason={whyNot(chosen)}
          onClick={() => {
            if (chosen === undefined || obstacle !== undefined) return;
            sending.mutate({ file: chosen.file, name }, { onSuccess: () => setChosen(undefined) });
          }}
        >
          {(chosen?.file.size ?? 0) > 0 && chosen?.check.mistakes.length !== 0
            ? 'Upload anyway'
            : 'Upload'}
        </DeedButton>
      </SpaceBetween>
    </Container>
  );
}

/** What comes before an upload. */
function whyNot(chosen: Chosen | undefined): string {
  if (chosen === undefined) return 'Choose a file first.';
  return chosen.file.size === 0
    ? 'The file is empty: choose one with data.'
    : 'Correct the name first.';
}

function useSending(project: string, onProgress: (share: number) => void) {
  const api = useApi();
  const queries = useQueryClient();
  const notify = useNotify();
  return useMutation({
    mutationFn: ({ file, name }: { readonly file: File; readonly name: string }) =>
      sendFile(api, { project, file, name, onProgress }),
    onSuccess: (uploaded) => {
      notify({
        // Green would praise data that inspection refuses a moment later.
        type: 'info',
        header: `${uploaded.name} is uploaded`,
        content: <UploadProgress project={project} uploaded={uploaded} />,
      });
      void queries.invalidateQueries({ queryKey: ['datasets', project] });
    },
  });
}

interface CheckResultProps {
  readonly of: FirstCheck;
  /** Without a byte, which the API does not take. */
  readonly isEmpty: boolean;
}

function CheckResult({ of: { rows, mistakes }, isEmpty }: CheckResultProps) {
  if (isEmpty) {
    return (
      <Alert type="error" header="The file is empty">
        Nothing was sent. Choose a file with data.
      </Alert>
    );
  }
  if (mistakes.length === 0) {
    return (
      <Alert type="success">
        The first {rows} rows are as the project says. Inspection checks all after the upload.
      </Alert>
    );
  }
  return (
    <Alert type="warning" header="Inspection will refuse this file">
      <ul>
        {mistakes.map((mistake) => (
          <li key={mistake}>{mistake}</li>
        ))}
      </ul>
      Correct the file, or upload it anyway to see all mistakes.
    </Alert>
  );
}

function FileRules({ of }: { readonly of: Schemas['Project'] }) {
  const { header, columns, delimiter, minimumRows } = of;
  return (
    <>
      Choose a file or drop it here, with at least {minimumRows} rows.{' '}
      {header ? 'Its first line' : 'Its columns, without a header line'}:{' '}
      <ColumnNames of={columns.map(({ name }) => name)} delimiter={delimiter} />
    </>
  );
}
