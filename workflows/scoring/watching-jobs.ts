import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { jsonata } from '../jsonata.ts';
import type { ProjectResources, ScoringResources } from '../project-resources.ts';
import { type CreateJob, folderInput, output, readObject, watchingJob } from '../tasks/index.ts';

/** A package that was trained before baselines were has none, and nothing is compared. */
export const hasBaseline = when('$package.baseline != ""');

const rows = folderInput('rows', '$batch.uri & "input/"');
const report = output('report', '$batch.uri & "drift/"');
const baseline = [
  folderInput('baseline', '$package.baseline'),
  folderInput('evaluation', '$package.evaluation'),
];

/** Scores the rows with what led to each answer; compares them with the training rows in the same job. */
export function explainRows(
  scope: Construct,
  resources: ProjectResources,
  { settings }: ScoringResources,
  role: IRole,
): CreateJob {
  return watchingJob(scope, 'Explain rows', resources, {
    step: 'explain',
    script: 'score',
    role,
    // Only the training image has XGBoost.
    image: resources.trainingImage,
    settings,
    inputs: [
      rows,
      folderInput('model', '$package.model'),
      folderInput('preprocessor', '$package.preprocessor'),
    ],
    moreInputs: `($package.baseline = "" ? [] : [${baseline.join(', ')}])`,
    outputs: [output('scores', '$batch.uri & "answers/"'), report],
    arguments: driftArguments(resources),
    assign: { answersFile: 'answers/rows.csv.jsonl' },
  });
}

/** Compares the rows and their answers with the training rows. */
export function measureDrift(
  scope: Construct,
  resources: ProjectResources,
  { settings }: ScoringResources,
  role: IRole,
): CreateJob {
  return watchingJob(scope, 'Measure drift', resources, {
    step: 'measure',
    script: 'monitor',
    role,
    image: resources.processingImage,
    settings,
    inputs: [rows, folderInput('answers', '$batch.uri & "answers/"'), ...baseline],
    outputs: [report],
    arguments: driftArguments(resources),
    assign: {},
  });
}

function driftArguments({ project }: ProjectResources): Readonly<Record<string, string | number>> {
  const { minimumRows, minimumEffect, significance } = project.monitoring?.drift ?? {};
  const given = {
    'minimum-rows': minimumRows,
    'minimum-effect': minimumEffect,
    significance,
  };
  const bounds = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    project: project.name,
    'model-package-arn': jsonata('$package.arn'),
    ...Object.fromEntries(bounds),
  };
}

/** What the comparison found, for the summary and for people. */
export function readDrift(scope: Construct, resources: ProjectResources): CallAwsService {
  const { keys } = resources;
  return readObject(scope, 'Read drift', resources, {
    pattern: `${keys.scored}*/drift/*`,
    key: '$batch.folder & "drift/summary.json"',
    assign: {
      drift: jsonata(`(
  $found := $parse($states.result.Body);
  {
    "verdict": $found.verdict,
    "drifted": [$found.drifted],
    "driftedPredictions": [$found.driftedPredictions],
    "rows": $found.rows,
    "violations": $found.violations,
    "report": $batch.uri & "drift/stepmill-drift.json"
  }
)`),
    },
  });
}

/** A comparison that failed costs no prediction. */
export const noteUnmeasured = {
  drift: {
    verdict: 'not measured',
    reason: jsonata(
      '$substring($states.errorOutput.Error & ": " & $states.errorOutput.Cause, 0, 1000)',
    ),
  },
};
