import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { PredictionForm } from '../../data/predictions.ts';
import { Ask } from './ask.tsx';
import { readTable } from './read-table.ts';
import { useAsking } from './use-asking.ts';

/** One record as a row of CSV. */
export function RowWay({ form }: { readonly form: PredictionForm }) {
  const [text, setText] = useState('');
  const [isJudged, setJudged] = useState(false);
  const asking = useAsking(form.project);
  const { rows, failure } = readTable(form, text);
  const mistake = failure ?? findMistake(rows);
  const records = rows.slice(0, 1).map(({ record }) => record);
  const ask = () => {
    setJudged(true);
    if (mistake !== undefined) return asking.forget();
    asking.reset();
    asking.ask(records);
  };
  const names = form.columns.map(({ name }) => name).join(form.delimiter);
  return (
    <Ask form={form} asking={asking} records={records} ask={ask}>
      <FormField
        stretch
        label="Row"
        description={`As a line of the project's files: ${names}`}
        constraintText={`Fields separated by ${describeDelimiter(form.delimiter)}; ${form.label} may be among them and is not sent.`}
        errorText={isJudged ? mistake : undefined}
        warningText={describeOutOfRange(rows[0]?.outOfRange ?? [])}
      >
        <Textarea
          value={text}
          rows={4}
          spellcheck={false}
          onChange={({ detail }) => {
            asking.reset();
            setText(detail.value);
          }}
        />
      </FormField>
    </Ask>
  );
}

function findMistake(rows: ReturnType<typeof readTable>['rows']): string | undefined {
  if (rows.length > 1) return 'These are several rows: give them as a file.';
  const mistakes = Object.entries(rows[0]?.mistakes ?? {});
  return mistakes.length === 0
    ? undefined
    : mistakes.map(([name, mistake]) => `${name} ${mistake}`).join('; ');
}

function describeOutOfRange(names: readonly string[]): string | undefined {
  return names.length === 0
    ? undefined
    : `Outside the range of the project: ${names.join(', ')}. The row can be sent.`;
}

function describeDelimiter(delimiter: string): string {
  return delimiter === '\t' ? 'tabs' : JSON.stringify(delimiter);
}
