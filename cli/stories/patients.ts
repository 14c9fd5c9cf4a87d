import { UserError } from '../terminal/user-error.ts';

/** The commands are built and run without the project, too, which its owner may delete. */
const sample = await import('../../projects/adherence/sample.ts').catch(() => undefined);

/** @throws UserError where the project is gone */
function encounterSample() {
  if (sample !== undefined) return sample;
  throw new UserError(
    'The stories about patients need the project "adherence"; nothing was started. Restore its folder, projects/adherence, or choose another story.',
  );
}

/** The patients of the first model, the same every time. */
const TRAINING_SEED = 20_261_130;

/** What a model is trained on: a header, and a row an encounter. */
export function trainingPatients(): string {
  return encounterSample().generateEncounters(TRAINING_SEED);
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

/** Of the encounters that are made up, one in three is the first of two. */
const MADE_FOR_LABELS = 5;

/** Rows of patients who get a drug and whom no model was trained on, without a header. */
export function newPatients(
  seed: number,
  count: number,
  { shift, spoil }: PatientChanges = {},
): readonly string[] {
  const [, ...lines] = encounterSample()
    .generateEncounters(seed, MADE_FOR_EACH * count)
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

/** A patient whose next encounter is known. */
export interface LabelledPatient {
  readonly row: string;
  /** 1 where a drug of this encounter is not given at the next one. */
  readonly label: 0 | 1;
}

/** Patients that no model was trained on, each at the first of two encounters. */
export function labelledPatients(seed: number, count: number): readonly LabelledPatient[] {
  const [, ...lines] = encounterSample()
    .generateEncounters(seed, MADE_FOR_LABELS * count)
    .trimEnd()
    .split('\n');
  const visits = lines.map((line) => line.split(','));
  const patient = placeOf('patient_nbr');
  return visits
    .flatMap((visit, index): LabelledPatient[] => {
      const next = visits[index + 1];
      if (next?.[patient] !== visit[patient]) return [];
      if (!isLikeTraining(visit) || !isLikeTraining(next ?? [])) return [];
      const isDropped = encounterSample()
        .diabetesDrugs.map(placeOf)
        .some((drug) => visit[drug] !== 'No' && next?.[drug] === 'No');
      return [{ row: visit.join(','), label: isDropped ? 1 : 0 }];
    })
    .slice(0, count);
}

function isLikeTraining(fields: readonly string[]): boolean {
  return LIKE_TRAINING.every(([column, not]) => fields[placeOf(column)] !== not);
}

/** The line that names the columns. */
export function patientHeader(): string {
  return encounterSample()
    .encounters.columns.map(({ name }) => name)
    .join(',');
}

function placeOf(column: string): number {
  return encounterSample().encounters.columns.findIndex(({ name }) => name === column);
}
