import type { PredictionForm } from '../../data/predictions.ts';
import type { TableRow } from './read-table.ts';
import type { RowAnswer } from './use-batch.ts';

/** The rows as they came, with the answers beside them. */
export function renderAnswers(
  { columns, delimiter, problem }: PredictionForm,
  rows: readonly TableRow[],
  answers: ReadonlyMap<number, RowAnswer>,
): string {
  const names = columns.map(({ name }) => name);
  const added = [
    'prediction',
    ...(problem === 'regression' ? [] : ['probability']),
    'confidence',
    'outOfRange',
  ];
  const lines = rows.map(({ line, texts, mistakes }) => {
    const answer = answers.get(line);
    const values = {
      prediction: answer?.prediction,
      probability: answer?.probability,
      confidence: answer?.confidence?.level,
      outOfRange: answer?.outOfRange?.join('; '),
      mistake: Object.entries(mistakes)
        .map(([name, mistake]) => `${name} ${mistake}`)
        .join('; '),
    };
    return [
      ...names.map((name) => texts[name] ?? ''),
      ...added.map((name) => String(values[name as keyof typeof values] ?? '')),
      values.mistake,
    ];
  });
  return [[...names, ...added, 'mistake'], ...lines]
    .map((fields) => `${fields.map((field) => quote(field, delimiter)).join(delimiter)}\n`)
    .join('');
}

function quote(field: string, delimiter: string): string {
  return field.includes(delimiter) || /["\r\n]/.test(field)
    ? `"${field.replaceAll('"', '""')}"`
    : field;
}
