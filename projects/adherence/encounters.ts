import type { ProjectInput } from '../../definition/index.ts';

type Column = ProjectInput['dataset']['columns'][number];

const DRUGS = [
  'metformin',
  'repaglinide',
  'nateglinide',
  'chlorpropamide',
  'glimepiride',
  'acetohexamide',
  'glipizide',
  'glyburide',
  'tolbutamide',
  'pioglitazone',
  'rosiglitazone',
  'acarbose',
  'miglitol',
  'troglitazone',
  'tolazamide',
  'examide',
  'citoglipton',
  'insulin',
  'glyburide-metformin',
  'glipizide-metformin',
  'glimepiride-pioglitazone',
  'metformin-rosiglitazone',
  'metformin-pioglitazone',
];

/** The drugs of a diabetes therapy: `No` where the patient does not get one. */
export const diabetesDrugs: readonly string[] = DRUGS;

/** A text of the file that the model does not see. */
const ignored = (name: string): Column => ({ name, type: 'text', ignore: true });

const count = (name: string): Column => ({ name, type: 'integer', minimum: 0, maximum: 200 });

/** Codes of the hospitals; what they mean stands beside the data. */
const code = (name: string): Column => ({ name, type: 'category' });

const MISSING = { optional: true, missingValues: ['?'] };

const columns: readonly Column[] = [
  { name: 'encounter_id', type: 'integer', minimum: 0, ignore: true },
  { name: 'patient_nbr', type: 'integer', minimum: 0, ignore: true },
  {
    name: 'race',
    type: 'category',
    values: ['AfricanAmerican', 'Asian', 'Caucasian', 'Hispanic', 'Other'],
    ...MISSING,
  },
  { name: 'gender', type: 'category', values: ['Female', 'Male', 'Unknown/Invalid'] },
  {
    name: 'age',
    type: 'category',
    values: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90].map((from) => `[${from}-${from + 10})`),
  },
  // Missing in nearly all rows.
  ignored('weight'),
  code('admission_type_id'),
  code('discharge_disposition_id'),
  code('admission_source_id'),
  count('time_in_hospital'),
  ignored('payer_code'),
  ignored('medical_specialty'),
  count('num_lab_procedures'),
  count('num_procedures'),
  count('num_medications'),
  count('number_outpatient'),
  count('number_emergency'),
  count('number_inpatient'),
  // Hundreds of diagnosis codes, most of them in a few rows.
  ignored('diag_1'),
  ignored('diag_2'),
  ignored('diag_3'),
  count('number_diagnoses'),
  { name: 'max_glu_serum', type: 'category', values: ['None', 'Norm', '>200', '>300'] },
  { name: 'A1Cresult', type: 'category', values: ['None', 'Norm', '>7', '>8'] },
  ...DRUGS.map(
    (name): Column => ({ name, type: 'category', values: ['No', 'Steady', 'Up', 'Down'] }),
  ),
  { name: 'change', type: 'category', values: ['No', 'Ch'] },
  { name: 'diabetesMed', type: 'category', values: ['No', 'Yes'] },
  // Known after the stay only.
  ignored('readmitted'),
];

/**
 * The file of both projects: *Diabetes 130-US hospitals for years 1999-2008* (Strack et al. 2014, CC BY
 * 4.0, doi 10.24432/C5230J), a row an encounter.
 */
export const encounters = {
  header: true,
  lineEnds: 'any',
  byteOrderMark: 'accept',
  columns: [...columns],
  // The patient died or went to a hospice: there is no next encounter.
  exclude: [{ column: 'discharge_disposition_id', values: ['11', '13', '14', '19', '20', '21'] }],
} satisfies Omit<ProjectInput['dataset'], 'label'>;
