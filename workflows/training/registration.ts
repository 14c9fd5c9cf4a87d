import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService, SnsPublish } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { baselineFiles, describesBaseline } from '../baseline.ts';
import { describeEntity, fieldLimits, metadataKey, metadataValue } from '../field-text.ts';
import { executionArn, executionHash, jsonata, quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';
import { modelPackageArns, modelPackageGroupArns } from '../sagemaker-arn.ts';
import { installWithoutIndex } from '../script-mode.ts';
import { announce, callService, fingerprintArchives, writeRecord } from '../tasks/index.ts';
import { approvesItself, ORIGIN_ENTRIES, renderOrigin } from './origin.ts';

/** What the artifacts are; promotion checks that they still are. */
export function fingerprint(
  scope: Construct,
  resources: ProjectResources,
  ways: { readonly next: IChainable; readonly guard: (task: CallAwsService) => unknown },
): CallAwsService {
  return fingerprintArchives(scope, resources, {
    folder: '$dataset.folder',
    model: '$model.uri',
    ...ways,
  });
}

/** Registers the pipeline of preprocessor and model with everything that led to it. */
export function registerModel(scope: Construct, resources: ProjectResources): CallAwsService {
  const { names, project, code } = resources;
  return callService(scope, 'Register model', {
    service: 'sagemaker',
    action: 'createModelPackage',
    resources: [...modelPackageGroupArns(scope, names), ...modelPackageArns(scope, names)],
    arguments: {
      // A call that is repeated because its answer was lost registers nothing more.
      ClientToken: jsonata(executionHash),
      ModelPackageGroupName: names.modelPackageGroup,
      ModelPackageDescription: describeEntity(`${project.description}.`),
      ModelApprovalStatus: approvalStatus(resources),
      InferenceSpecification: renderInference(resources),
      ModelMetrics: {
        ModelQuality: {
          Statistics: {
            ContentType: 'application/json',
            S3Uri: jsonata('$dataset.uri & "evaluation/evaluation.json"'),
          },
        },
        ...(describesBaseline(project) ? { ModelDataQuality: baselineFiles() } : {}),
      },
      ...(describesBaseline(project)
        ? { DriftCheckBaselines: { ModelDataQuality: baselineFiles() } }
        : {}),
      MetadataProperties: {
        GeneratedBy: jsonata('$model.arn'),
        ProjectId: project.name,
        ...(code.commit === undefined ? {} : { CommitId: code.commit }),
      },
      CustomerMetadataProperties: jsonata(renderMetadata(resources)),
    },
    assign: {
      registered: jsonata(
        '{"arn": $states.result.ModelPackageArn, "version": $split($states.result.ModelPackageArn, "/")[-1]}',
      ),
    },
  });
}

/** A model that retraining started has its own approval setting. */
function approvalStatus(resources: ProjectResources): string {
  const { project, retraining } = resources;
  if (retraining === undefined) {
    return project.registry.approval === 'automatic' ? 'Approved' : 'PendingManualApproval';
  }
  return jsonata(`${approvesItself(resources)} ? "Approved" : "PendingManualApproval"`);
}

/** The containers of the package, and what they take and run on. */
function renderInference({
  processingImage,
  trainingImage,
  project: { registry, serving, training },
}: ProjectResources): Record<string, unknown> {
  return {
    Containers: [
      ...(registry.packaging === 'pipeline'
        ? [container(processingImage, 'preprocessor', PREPROCESSOR_URI)]
        : []),
      container(trainingImage, 'model', '$model.uri'),
    ],
    SupportedContentTypes: registry.contentTypes,
    SupportedResponseMIMETypes: registry.responseTypes,
    ...(serving.type === 'instances'
      ? { SupportedRealtimeInferenceInstanceTypes: [serving.instanceType] }
      : {}),
    SupportedTransformInstanceTypes: [training.instanceType],
  };
}

const PREPROCESSOR_URI = '$dataset.uri & "prepared/preprocessor/model.tar.gz"';

/** A container in script mode: the script that serves an artifact lies in its archive. */
function container(image: string, hostname: string, modelDataUrl: string): Record<string, unknown> {
  return {
    ContainerHostname: hostname,
    Image: image,
    ModelDataUrl: jsonata(modelDataUrl),
    Environment: {
      SAGEMAKER_PROGRAM: 'inference.py',
      SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
      SAGEMAKER_CONTAINER_LOG_LEVEL: '20',
      ...installWithoutIndex,
    },
  };
}

/** Beside them a package keeps twelve other entries, and what becomes of it five more. */
const MAXIMUM_METRICS = fieldLimits.metadataEntries - 17;

/** `max_depth=6 eta=0.2` */
const hyperparameterList = `(
      $list := $each($settings.hyperparameters, function($value, $name) { $name & "=" & $value });
      $exists($list) ? $join($list, " ") : "defaults"
    )`;

/** What promotion and people need to know; all text, as SageMaker wants it. */
function renderMetadata(resources: ProjectResources): string {
  const { code, project, retraining } = resources;
  const { bounds, champion, suspicious } = project.gate;
  const judged = [
    ...bounds.map(({ metric }) => metric),
    ...(champion === undefined ? [] : [champion.metric]),
  ];
  const outOfFold = [...bounds, ...suspicious]
    .filter(({ over }) => over === 'out-of-fold')
    .map(({ metric }) => metric);
  const room =
    MAXIMUM_METRICS - new Set(outOfFold).size - (retraining === undefined ? 0 : ORIGIN_ENTRIES);
  return `$merge([
  {
    "datasetId": $dataset.id,
    "folder": $dataset.folder,
    "manifest": $dataset.uri & "manifest.json",
    "evaluation": $dataset.uri & "evaluation/evaluation.json",
    "smokeRows": $dataset.uri & "evaluation/smoke.json",
    "codeVersion": ${quote(code.version)},
    "fingerprint": $fingerprint,
    "trainingExecution": ${metadataValue(executionArn)},
    "champion": $exists($champion.arn) ? $champion.arn : "none",
    "hyperparameters": ${metadataValue(hyperparameterList)}
  },
  $exists($settings.algorithm) ? {"algorithm": ${metadataValue('$settings.algorithm')}} : {},
  ${renderMeaning(project)},${retraining === undefined ? '' : `\n  ${renderOrigin(resources)},`}
  $map(${JSON.stringify([...new Set(outOfFold)])}, function($name) {(
    $value := $lookup($outOfFold, $name).value;
    $exists($value) ? {${metadataKey('"metric.out-of-fold." & $name')}: ${metadataValue('$value')}}
  )}),
  $map($distinct($append(${JSON.stringify(judged)}, $keys($metrics)))[[0..${room - 1}]], function($name) {(
    $value := $lookup($metrics, $name).value;
    $exists($value) ? {${metadataKey('"metric." & $name')}: ${metadataValue('$value')}}
  )})
])`;
}

/** What a label means that no column of the file holds. */
function renderMeaning({ target }: ProjectResources['project']): string {
  const meaning = target?.meaning;
  return meaning === undefined ? '{}' : `{"labelMeaning": ${metadataValue(quote(meaning))}}`;
}

/** Keeps the decision beside the run. */
export function recordRegistration(scope: Construct, resources: ProjectResources): CallAwsService {
  return writeRecord(scope, 'Record registration', resources, {
    pattern: `${resources.keys.runs}*`,
    key: '$dataset.folder & "decision.json"',
    body: {
      registered: true,
      modelPackage: jsonata('$registered.arn'),
      metrics: jsonata('$metrics'),
      champion: jsonata('$champion'),
      execution: jsonata(executionArn),
    },
  });
}

const roundedMetric =
  '$type($metric.value) = "number" ? $string($round($metric.value, 4)) : $metric.value';

/** Notifies the topic that a model waits for approval, or goes live by itself. */
export function announceCandidate(scope: Construct, resources: ProjectResources): SnsPublish {
  const { retraining, names, topic } = resources;
  const approval = '"Approve it in the registry, or with: stepmill approve " & $registered.arn';
  const isFixed = retraining === undefined;
  const automatic = resources.project.registry.approval === 'automatic';
  const fate = isFixed
    ? quote(automatic ? ' goes live' : ' waits for approval')
    : `(${approvesItself(resources)} ? " goes live" : " waits for approval")`;
  return announce(scope, 'Announce candidate', {
    topic,
    subject: `${quote(`${names.qualified}: model `)} & $registered.version & ${fate}`,
    lines: [
      '"Model package: " & $registered.arn',
      '"Dataset: " & $dataset.key',
      `$each($metrics, function($metric, $name) { $name & ": " & (${roundedMetric}) })`,
      '"Champion: " & ($exists($champion.arn) ? $champion.arn : "none")',
      ...(isFixed
        ? []
        : ['$exists($origin.decision) ? "Trained again by itself: " & $origin.reason']),
      ...(isFixed
        ? automatic
          ? []
          : [approval]
        : [`$not(${approvesItself(resources)}) ? ${approval}`]),
    ],
  });
}
