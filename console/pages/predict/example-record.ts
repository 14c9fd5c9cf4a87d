import type { PredictionForm } from '../../data/predictions.ts';
import { type FormColumn, type Texts, usedColumns } from './record.ts';

const DIGITS = 3;

/** A record that the project allows: the first category, and the middle of each range. */
export function exampleTexts(form: PredictionForm): Texts {
  return Object.fromEntries(
    usedColumns(form).map((column) => [column.name, exampleOf(form, column)]),
  );
}

function exampleOf({ decimal }: PredictionForm, column: FormColumn): string {
  const { type, values, optional = false } = column;
  if (values?.[0] !== undefined) return values[0];
  if (type === 'number' || type === 'integer') return middleOf(column).replace('.', decimal);
  if (optional) return '';
  return type === 'date' ? '' : 'example';
}

function middleOf({ type, minimum, maximum }: FormColumn): string {
  const middle =
    minimum !== undefined && maximum !== undefined
      ? (minimum + maximum) / 2
      : (minimum ?? maximum ?? 1);
  if (type !== 'integer') return String(Number(middle.toPrecision(DIGITS)));
  return String(Math.max(Math.floor(middle), Math.ceil(minimum ?? Number.NEGATIVE_INFINITY)));
}
