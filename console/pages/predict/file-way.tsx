import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { PredictionForm } from '../../data/predictions.ts';
import { Failure } from '../../parts/failure.tsx';
import { Answers } from './answers.tsx';
import { type ReadTable, readTable } from './read-table.ts';
import { useBatch } from './use-batch.ts';

/** More rows are for a scoring job. */
const LARGEST_FILE_BYTES = 5_000_000;

interface Chosen extends ReadTable {
  readonly file: File;
}

/** All rows of a file. */
export function FileWay({ form }: { readonly form: PredictionForm }) {
  const [chosen, setChosen] = useState<Chosen>();
  const batch = useBatch(form.project);
  const choose = async (file: File | undefined) => {
    batch.reset();
    setChosen(file === undefined ? undefined : { file, ...(await readFile(form, file)) });
  };
  const rows = chosen?.rows ?? [];
  const good = rows.filter(({ mistakes }) => Object.keys(mistakes).length === 0);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">File</Header>}>
        <SpaceBetween size="m">
          <FormField
            label="CSV file"
            description={`Columns: ${form.columns.map(({ name }) => name).join(', ')}. A header is optional.`}
          >
            <FileUpload
              value={chosen === undefined ? [] : [chosen.file]}
              onChange={({ detail }) => void choose(detail.value[0])}
              accept=".csv,text/csv"
              showFileSize
              constraintText="At most 5 MB"
              {...(chosen?.failure === undefined ? {} : { errorText: chosen.failure })}
              i18nStrings={{
                uploadButtonText: () => 'Choose file',
                dropzoneText: () => 'Drop the file here',
                removeFileAriaLabel: () => 'Remove file',
                errorIconAriaLabel: 'Error',
              }}
            />
          </FormField>
          <Button
            variant="primary"
            disabled={good.length === 0}
            disabledReason={
              rows.length === 0 ? 'Choose a file with rows first.' : 'Every row has a mistake.'
            }
            loading={batch.isPending}
            onClick={() => batch.ask(good)}
          >
            {good.length === 0 ? 'Predict rows' : `Predict ${good.length} rows`}
          </Button>
          {batch.isPending && (
            <ProgressBar value={(100 * batch.answers.size) / good.length} label="Rows answered" />
          )}
          {batch.error !== null && <Failure error={batch.error} />}
        </SpaceBetween>
      </Container>
      {rows.length > 0 && <Answers form={form} rows={rows} answers={batch.answers} />}
    </SpaceBetween>
  );
}

async function readFile(form: PredictionForm, file: File): Promise<ReadTable> {
  if (file.size > LARGEST_FILE_BYTES) {
    return {
      rows: [],
      failure: 'The file has more than 5 MB. Split it, or send it as a scoring job.',
    };
  }
  return readTable(form, await file.text());
}
