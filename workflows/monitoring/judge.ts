import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { findCapturePercent, type Project } from '../../definition/index.ts';
import { QUALITY_FILE } from '../../events/index.ts';
import { jsonata, quote } from '../jsonata.ts';
import type { MonitoringResources, ProjectResources } from '../project-resources.ts';
import {
  type CreateJob,
  folderInput,
  output,
  readObject,
  watchingJob,
  writeRecord,
} from '../tasks/index.ts';

/** An input that a list names, as JSONata. */
function listedInput(name: string): string {
  return `{"InputName": ${quote(name)}, "S3Input": {
  "S3Uri": $window.uri & "input/${name}.json",
  "LocalPath": "/opt/ml/processing/input/${name}",
  "S3DataType": "ManifestFile",
  "S3InputMode": "File",
  "S3DataDistributionType": "FullyReplicated",
  "S3CompressionType": "None"
}}`;
}

/** SageMaker takes arguments of 256 characters. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AppSpecification.html */
const UNREADABLE = `($gathered.unreadable.count > 0 ? $substring(
  $string($gathered.unreadable.count) & " files of captures and labels could not be read: " & $join($gathered.unreadable.examples, ", "), 0, 256) : "")`;

/** Compares the window with the training rows, and answers with labels. */
export function judgeWindow(
  scope: Construct,
  resources: ProjectResources,
  { settings, role }: MonitoringResources,
): CreateJob {
  const { names, project } = resources;
  const { minimumRows, minimumEffect, significance } = settings.drift;
  return watchingJob(scope, 'Judge window', resources, {
    step: 'monitor',
    script: 'monitor',
    role,
    image: resources.processingImage,
    settings,
    inputs: [
      listedInput('captures'),
      folderInput('baseline', '$package.baseline'),
      folderInput('evaluation', '$package.evaluation'),
    ],
    moreInputs: `($gathered.labelFiles > 0 ? [${listedInput('labels')}] : [])`,
    outputs: [output('report', '$window.uri')],
    arguments: {
      project: project.name,
      'model-package-arn': jsonata('$package.arn'),
      'endpoint-name': names.endpoint,
      'window-start': jsonata('$window.start'),
      'window-end': jsonata('$window.end'),
      'sampling-percent': findCapturePercent(project.serving),
      'minimum-rows': minimumRows,
      'minimum-effect': minimumEffect,
      significance,
      unreadable: jsonata(UNREADABLE),
    },
    assign: {},
  });
}

/** Reads the verdict, and holds measured quality against the gate of the project. */
export function readReport(scope: Construct, resources: ProjectResources): CallAwsService {
  const { keys, project } = resources;
  return readObject(scope, 'Read report', resources, {
    pattern: `${keys.monitoring}*`,
    key: '$window.folder & "summary.json"',
    assign: {
      report: jsonata('$parse($states.result.Body)'),
      objections: jsonata(renderObjections(project)),
    },
  });
}

/** Keeps what the gate has against the window, beside its report, once its labels are due. */
export function recordQuality(scope: Construct, resources: ProjectResources): CallAwsService {
  const { keys } = resources;
  return writeRecord(scope, 'Record quality', resources, {
    pattern: `${keys.monitoring}*`,
    key: `$window.folder & ${quote(QUALITY_FILE)}`,
    body: {
      version: 1,
      judgedAt: jsonata('$states.context.State.EnteredTime'),
      objections: jsonata('[$objections]'),
    },
  });
}

/** What the gate has against the measured quality, in sentences. */
function renderObjections({ gate }: Project): string {
  const bounds = gate.bounds.flatMap(({ metric, minimum, maximum }) => [
    ...(minimum === undefined ? [] : [objection(metric, '<', minimum, 'below')]),
    ...(maximum === undefined ? [] : [objection(metric, '>', maximum, 'above')]),
  ]);
  return `(
  $measured := $parse($states.result.Body).measured;
  [${bounds.join(', ')}]
)`;
}

function objection(metric: string, than: '<' | '>', bound: number, word: string): string {
  const value = `$measured.\`${metric}\``;
  const text = `${quote(`${metric} is `)} & $string(${value}) & ${quote(`, ${word} the gate's ${bound}`)}`;
  return `($type(${value}) = "number" ? ${value} ${than} ${bound} : false) ? ${text}`;
}
