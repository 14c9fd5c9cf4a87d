import Alert from '@cloudscape-design/components/alert';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import { useApi } from '../../data/api.ts';
import { useModels } from '../../data/models.ts';
import { type ScoringRequest, scoreFile } from '../../data/scorings.ts';
import { ColumnNames } from '../../parts/column-names.tsx';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useNeededGroup } from '../../parts/needed-group.tsx';
import { checkRows, type RowsCheck } from './check-rows.ts';

type Project = Schemas['Project'];

interface Chosen {
  readonly file: File;
  readonly check: RowsCheck;
}

const LIVE = { value: '', label: 'The live model' };

/** As the API takes names. */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._() -]{0,199}$/;

/** Takes a file and has it scored. */
export function StartScoring({ project }: { readonly project: Project }) {
  const [chosen, setChosen] = useState<Chosen>();
  const [version, setVersion] = useState('');
  const [explain, setExplain] = useState(project.scoring?.explain === true);
  const [share, setShare] = useState(0);
  const neededGroup = useNeededGroup('train');
  const scoring = useScoreFile(project.project);
  const choose = async (file: File | undefined) => {
    scoring.reset();
    setShare(0);
    setChosen(file && { file, check: await checkRows(file, project) });
  };
  const obstacle = chosen === undefined ? 'Choose a file first.' : findObstacle(chosen);
  return (
    <Container header={<Header variant="h2">Score a file with {project.project}</Header>}>
      <SpaceBetween size="m">
        {neededGroup}
        <FormField label="File" description={<FileRules of={project} />}>
          <FileUpload
            value={chosen === undefined ? [] : [chosen.file]}
            onChange={({ detail }) => void choose(detail.value[0])}
            accept=".csv,.txt,.data,text/csv"
            showFileSize
            i18nStrings={{
              uploadButtonText: () => 'Choose file',
              dropzoneText: () => 'Drop the file here',
              removeFileAriaLabel: () => 'Remove file',
              errorIconAriaLabel: 'Error',
            }}
          />
        </FormField>
        {chosen !== undefined && <CheckResult of={chosen.check} />}
        <ColumnLayout columns={2}>
          <VersionChoice project={project.project} value={version} choose={setVersion} />
          {project.scoring?.canExplain === true && (
            <FormField label="Explanations">
              <Toggle checked={explain} onChange={({ detail }) => setExplain(detail.checked)}>
                Add confidence and factors to each row
              </Toggle>
            </FormField>
          )}
        </ColumnLayout>
        {scoring.isPending && (
          <ProgressBar value={100 * share} label="Upload" description={chosen?.file.name} />
        )}
        {scoring.error !== null && <Failure error={scoring.error} />}
        <DeedButton
          deed="train"
          variant="primary"
          loading={scoring.isPending}
          loadingText="Starting"
          disabled={obstacle !== undefined}
          {...(obstacle === undefined ? {} : { disabledReason: obstacle })}
          onClick={() => {
            if (chosen === undefined) return;
            scoring.mutate({
              project: project.project,
              name: chosen.file.name,
              file: chosen.file,
              version: version === '' ? undefined : version,
              explain: project.scoring?.canExplain === true ? explain : undefined,
              onProgress: setShare,
            });
          }}
        >
          Score rows
        </DeedButton>
      </SpaceBetween>
    </Container>
  );
}

/** Starts, and goes to where it is watched. */
function useScoreFile(project: string) {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (request: ScoringRequest) => scoreFile(api, request),
    onSuccess: (execution) => {
      void queries.invalidateQueries({ queryKey: ['scorings', project] });
      void navigate({ to: '/scoring/$project/$execution', params: { project, execution } });
    },
  });
}

interface VersionChoiceProps {
  readonly project: string;
  readonly value: string;
  readonly choose: (version: string) => void;
}

function VersionChoice({ project, value, choose }: VersionChoiceProps) {
  const { data = [], error } = useModels({ project, status: 'Approved' });
  const options = [
    LIVE,
    ...data.map(({ version, isLive }) => ({
      value: version,
      label: version,
      ...(isLive ? { description: 'live' } : {}),
    })),
  ];
  return (
    <FormField
      label="Model"
      description="Any approved version; nothing changes at the endpoint."
      errorText={error === null ? undefined : 'The versions could not be read.'}
    >
      <Select
        options={options}
        selectedOption={options.find((option) => option.value === value) ?? LIVE}
        onChange={({ detail }) => choose(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

/** Why a file cannot be sent. */
function findObstacle({ file, check }: Chosen): string | undefined {
  if (!FILE_NAME.test(file.name)) {
    return 'Rename the file: letters, digits, spaces and . _ - ( ), at most 200.';
  }
  return check.refusal === undefined ? undefined : 'No row of this file can be scored.';
}

function CheckResult({ of: { rows, setAside, reasons, refusal } }: { readonly of: RowsCheck }) {
  if (refusal !== undefined) {
    return (
      <Alert type="error" header="No row of this file can be scored">
        {refusal}
      </Alert>
    );
  }
  if (setAside === 0) {
    return (
      <Alert type="success">
        The first {rows} rows can be scored. Inspection checks all after the upload.
      </Alert>
    );
  }
  return (
    <Alert
      type="warning"
      header={
        setAside === rows
          ? `None of the first ${rows} rows can be scored; all will be set aside`
          : `${setAside} of the first ${rows} rows will be set aside; the others are scored`
      }
    >
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </Alert>
  );
}

function FileRules({ of: { header, columns, label, delimiter } }: { readonly of: Project }) {
  const names = columns.filter(({ name }) => name !== label).map(({ name }) => name);
  return (
    <>
      Choose a file or drop it here, with {label} or without.{' '}
      {header ? 'Its first line' : 'Its columns, without a header line'}:{' '}
      <ColumnNames of={names} delimiter={delimiter} />
    </>
  );
}
