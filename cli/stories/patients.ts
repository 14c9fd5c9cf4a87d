import { encounters } from '../../projects/adherence/encounters.ts';
import { generateEncounters } from '../../projects/adherence/sample.ts';

/** The patients of the first model, the same every time. */
const TRAINING_SEED = 20_261_130;

/** What a model is trained on: a header, and a row an encounter. */
export function trainingPatients(): string {
  return generateEncounters(TRAINING_SEED);
}

/** How other patients differ from those of the training. */
export interface PatientChanges {
  /** Added to a column of counts. */
  readonly shift?: { readonly column: string; readonly by: number };
  /** The field of one row, by its place from 0 on. */
  readonly spoil?: { readonly row: number; readonly column: string; readonly field: string };
}

/** Like those that a label can be had of: in training, others are left out. */
const LIKE_TRAINING: readonly (readonly [column: string, not: string])[] = [
  ['diabetesMed', 'No'],
  // They died.
  ['discharge_disposition_id', '11'],
];
/** Of the patients that are made up, more than one in so many is like those of the training. */
const MADE_FOR_EACH = 2;

/** Rows of patients who get a drug and whom no model was trained on, without a header. */
export function newPatients(
  seed: number,
  count: number,
  { shift, spoil }: PatientChanges = {},
): readonly string[] {
  const [, ...lines] = generateEncounters(seed, MADE_FOR_EACH * count)
    .trimEnd()
    .split('\n');
  const rows = lines.map((line) => line.split(',')).filter(isLikeTraining);
  return rows.slice(0, count).map((made, row) => {
    const fields = [...made];
    if (shift !== undefined) {
      const at = placeOf(shift.column);
      fields[at] = String(Number(fields[at]) + shift.by);
    }
    if (spoil?.row === row) fields[placeOf(spoil.column)] = spoil.field;
    return fields.join(',');
  });
}

function isLikeTraining(fields: readonly string[]): boolean {
  return LIKE_TRAINING.every(([column, not]) => fields[placeOf(column)] !== not);
}

/** The line that names the columns. */
export const patientHeader = encounters.columns.map(({ name }) => name).join(',');

function placeOf(column: string): number {
  return encounters.columns.findIndex(({ name }) => name === column);
}
