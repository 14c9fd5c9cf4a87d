import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type ScoringSummary, scoringSummarySchema, splitQuotedRow } from '../../events/index.ts';
import { startScoring } from '../../operations/index.ts';
import { outcomeOfScoring, renderSummary, type ScoringOutcome } from '../follow/scoring-outcome.ts';
import { UserError } from '../terminal/user-error.ts';
import { newPatients, patientHeader } from './patients.ts';
import type { Scene } from './scene.ts';
import { patientScenery } from './scenery.ts';
import { type Proof, prove, type WatchingStory } from './story.ts';

const PATIENTS = 300;
const SEED = 14;
const SPOILT = { row: 41, column: 'age', field: 'eighty' };
/** The header is line 1. */
const SPOILT_LINE = SPOILT.row + 2;
const SHOWN_PATIENTS = 3;

/** (12) */
export const batch: WatchingStory = {
  name: 'batch',
  title: 'A file of patients is scored, with probability, confidence and risk factors of each.',
  scenery: patientScenery,
  async watch(scene) {
    scene.tell(
      `A file of ${PATIENTS} patients is scored. In line ${SPOILT_LINE} the age is "${SPOILT.field}".`,
    );
    const file = await putPatients(scene);
    const first = await score(scene, file);
    const summary = scoringSummarySchema.parse(
      JSON.parse(await readText(scene, first.summaryUri ?? '')),
    );
    for (const line of renderSummary(summary)) scene.show(line);
    const scored = readPatients(await readText(scene, summary.files.predictions));
    showPatients(scene, scored);
    const rejected = await readText(scene, summary.files.rejected ?? '');

    scene.tell('The same model scores the same file again.');
    const second = await score(scene, file);
    return [
      ...proveScores(summary, scored, rejected),
      prove(
        `The second scoring ended as ${second.outcome}, with the predictions of the first.`,
        second.outcome === 'Duplicate' && second.summaryUri === first.summaryUri,
      ),
    ];
  },
};

/** A version of an object. */
interface FileVersion {
  readonly key: string;
  readonly versionId: string | undefined;
}

/** Uploads the patients beside the folder where an upload is scored by itself, so that each scoring is followed. */
async function putPatients({ connection: { s3 }, project }: Scene): Promise<FileVersion> {
  const key = `${demandScoring(project).requestsPrefix}patients.csv`;
  const rows = newPatients(SEED, PATIENTS, { spoil: SPOILT });
  const { VersionId: versionId } = await s3.send(
    new PutObjectCommand({
      Bucket: project.bucket,
      Key: key,
      Body: `${[patientHeader(), ...rows].join('\n')}\n`,
    }),
  );
  return { key, versionId };
}

async function score(scene: Scene, file: FileVersion): Promise<ScoringOutcome> {
  const { connection, project } = scene;
  const scoring = demandScoring(project);
  const execution = await startScoring(connection, { ...project, scoring }, file);
  const outcome = outcomeOfScoring(await scene.watch(execution));
  if (outcome.isGood) return outcome;
  throw new UserError(
    `The scoring ended as ${outcome.outcome}, so the story ended here. ${outcome.reasons.join(' ')}`,
  );
}

function demandScoring({ scoring, project }: Scene['project']) {
  if (scoring !== undefined) return scoring;
  throw new UserError(`The project ${project} scores no files, so the story was not played.`);
}

/** A line of `predictions.csv`, as far as the story shows it. */
interface ScoredPatient {
  readonly patient: string;
  /** 1 where the patient will drop a drug. */
  readonly prediction: string;
  /** Of the prediction. */
  readonly probability: number;
  readonly confidence: string;
  readonly riskFactors: string;
}

function readPatients(text: string): readonly ScoredPatient[] {
  const [header = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => splitQuotedRow(line, ',') ?? []);
  const field = (row: readonly string[], name: string) => row[header.indexOf(name)] ?? '';
  return rows.map((row) => ({
    patient: field(row, 'patient_nbr'),
    prediction: field(row, 'prediction'),
    probability: Number(field(row, 'probability') || Number.NaN),
    confidence: field(row, 'confidence'),
    riskFactors: field(row, 'risk_factors'),
  }));
}

/** Those that the model is most worried about. */
function showPatients(scene: Scene, scored: readonly ScoredPatient[]): void {
  const first = scored
    .filter(({ prediction }) => prediction === '1')
    .toSorted((one, other) => other.probability - one.probability);
  scene.tell('The patients with the highest probability to drop a drug:');
  for (const { patient, probability, confidence, riskFactors } of first.slice(0, SHOWN_PATIENTS)) {
    scene.show(
      `patient ${patient}: ${probability.toFixed(2)}, confidence ${confidence}; ${riskFactors}`,
    );
  }
}

function proveScores(
  { rows, drift }: ScoringSummary,
  scored: readonly ScoredPatient[],
  rejected: string,
): readonly Proof[] {
  const isWhole = ({ probability, confidence, riskFactors }: ScoredPatient) =>
    probability >= 0 && probability <= 1 && confidence !== '' && riskFactors !== '';
  const [, refusal = '', ...others] = rejected.trimEnd().split('\n');
  const { verdict } = drift as { readonly verdict?: string };
  return [
    prove(
      `${rows.scored} rows were scored and ${rows.rejected} was set aside.`,
      rows.scored === PATIENTS - 1 && rows.rejected === 1 && rows.refused === 0,
    ),
    prove(
      `What was set aside: line ${refusal.slice(0, refusal.indexOf(','))}, for its ${SPOILT.column}.`,
      refusal.startsWith(`${SPOILT_LINE},`) &&
        refusal.includes(SPOILT.column) &&
        others.length === 0,
    ),
    prove(
      `${scored.filter(isWhole).length} patients have a probability, a confidence and risk factors.`,
      scored.length === PATIENTS - 1 && scored.every(isWhole),
    ),
    prove(`The batch against the training rows: ${verdict}.`, verdict === 'ok'),
  ];
}

async function readText({ connection: { s3 } }: Scene, uri: string): Promise<string> {
  const { hostname: Bucket, pathname } = new URL(uri);
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket, Key: decodeURIComponent(pathname.slice(1)) }),
  );
  return (await Body?.transformToString()) ?? '';
}
