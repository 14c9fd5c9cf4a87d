import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { metricsKeys } from '../../events/index.ts';
import { parseEvaluation, renderLacks, renderObjections } from '../gate.ts';
import { executionArn, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { announce, readObject, writeRecord } from '../tasks/index.ts';

const READ_EVALUATION = 'Read evaluation';
const EVALUATION_URI = '$dataset.uri & "evaluation/evaluation.json"';

/** Reads `evaluation.json` and notes what it lacks and what the gate has against it. */
export function readEvaluation(scope: Construct, resources: ProjectResources): CallAwsService {
  const key = metricsKeys[resources.project.problem];
  return readObject(scope, READ_EVALUATION, resources, {
    pattern: `${resources.keys.runs}*`,
    key: '$dataset.folder & "evaluation/evaluation.json"',
    // Judged here and not in the choice, because only a task's mistake can be caught.
    assign: {
      metrics: jsonata(metricsAt(key)),
      outOfFold: jsonata(metricsAt(`out_of_fold.${key}`)),
      lacks: jsonata(renderLacks(resources.project, EVALUATION_URI)),
      objections: jsonata(renderObjections(resources.project)),
    },
  });
}

/** The metrics at a path of `evaluation.json`; an empty object if there are none. */
function metricsAt(path: string): string {
  return `($metrics := ${parseEvaluation}.${path}; $exists($metrics) ? $metrics : {})`;
}

/** The failure where the gate cannot judge: no error of a task, but a sentence that says what is missing. */
export const noteLacks = {
  failure: {
    state: READ_EVALUATION,
    error: 'IncompleteEvaluation',
    reason: jsonata('$substring($join($lacks, " "), 0, 2000)'),
  },
};

/** Records why a model was not registered. */
export function recordObjections(scope: Construct, resources: ProjectResources): CallAwsService {
  return writeRecord(scope, 'Record objections', resources, {
    pattern: `${resources.keys.runs}*`,
    key: '$dataset.folder & "decision.json"',
    body: {
      registered: false,
      objections: jsonata('[$objections]'),
      metrics: jsonata('$metrics'),
      champion: jsonata('$champion'),
      execution: jsonata(executionArn),
    },
  });
}

/** Notifies the topic that a model did not pass. */
export function announceObjections(scope: Construct, resources: ProjectResources): SnsPublish {
  return announce(scope, 'Announce objections', {
    topic: resources.topic,
    subject: quote(`${resources.names.qualified}: a model did not pass the gate`),
    lines: [
      '"Dataset: " & $dataset.key',
      '$map($objections, function($objection) { "- " & $objection })',
      `"Evaluation: " & ${EVALUATION_URI}`,
      '"Nothing was registered and the endpoint is as it was."',
    ],
  });
}
