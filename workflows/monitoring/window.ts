import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Pass, TaskInput, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { type CallAwsService, LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { describedBaseline } from '../baseline.ts';
import { when } from '../choice.ts';
import { Claim } from '../claim/index.ts';
import { jsonata, object, quote } from '../jsonata.ts';
import { packageLiveSince } from '../live-package.ts';
import type { MonitoringResources, ProjectResources } from '../project-resources.ts';
import {
  describePackage,
  noShortage,
  readObject,
  retryFunction,
  writeRecord,
} from '../tasks/index.ts';

/** Lambda's own limit. */
const FUNCTION_TIMEOUT = Duration.minutes(15);
/** Jobs may wait for capacity. */
export const EXECUTION_TIMEOUT = Duration.days(1);
const HOUR_MILLISECONDS = 3_600_000;
/**
 * Captures can reach S3 a couple of minutes after their requests:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
 */
const DELIVERY = Duration.minutes(5);

const input = '$states.context.Execution.Input';

/** The window that the execution was asked for, before it is known since when the model is live. */
export function setWindow(scope: Construct, { settings }: MonitoringResources): Pass {
  const end = [
    `$exists(${input}.windowEnd) ? ${input}.windowEnd`,
    `$exists(${input}.scheduledTime) ? ${input}.scheduledTime`,
    '$states.context.Execution.StartTime',
  ].join(' : ');
  const labelMilliseconds = settings.labelHours * HOUR_MILLISECONDS;
  const isLate = `($exists(${input}.labelsDue) and ${input}.labelsDue)`;
  const hours = `($exists(${input}.windowHours) ? ${input}.windowHours : ${settings.windowHours})`;
  return Pass.jsonata(scope, 'Set window', {
    assign: {
      window: jsonata(`(
  $end := $fromMillis($toMillis(${end}) - (${isLate} ? ${labelMilliseconds} : 0));
  $start := $exists(${input}.windowStart) ? ${input}.windowStart : $fromMillis($toMillis($end) - $round(${hours} * ${HOUR_MILLISECONDS}));
  {"start": $fromMillis($toMillis($start)), "end": $end}
)`),
      isScheduled: jsonata(`$exists(${input}.scheduledTime)`),
      labelsDue: jsonata(isLate),
      // What of this window makes alarms.
      counts: jsonata(`(
  $isScheduled := $exists(${input}.scheduledTime);
  {"drift": $isScheduled and $not(${isLate}), "quality": $isScheduled${settings.labelHours === 0 ? '' : ` and ${isLate}`}}
)`),
      isUpdate: false,
      objections: [],
      alarm: { drift: false, quality: false, isNew: false },
      ...noShortage,
    },
    outputs: {},
  });
}

/** Scheduler may start a window twice. */
export function windowClaim(scope: Construct, { claims, names }: ProjectResources): Claim {
  return new Claim(scope, {
    table: claims,
    thing: 'window',
    name: { jsonata: `${input}.eventId` },
    ownedBy: names.monitoringStateMachine,
    keptWhile: ['SUCCEEDED', 'RUNNING', 'PENDING_REDRIVE'],
    expiresAfter: Duration.days(7),
  });
}

/** What requests are compared with: the live package's own training rows. */
export function readLivePackage(scope: Construct, resources: ProjectResources): CallAwsService {
  return describePackage(scope, 'Read live package', resources, {
    arn: '$live.package',
    assign: {
      package: jsonata(
        object({
          arn: '$states.result.ModelPackageArn',
          since: packageLiveSince,
          ...describedBaseline,
        }),
      ),
    },
  });
}

/** The window without what another model answered. */
export function fitWindow(scope: Construct, { bucket, keys }: ProjectResources): Pass {
  const start =
    '$package.since != "" and $toMillis($package.since) > $toMillis($window.start) ? $package.since : $window.start';
  return Pass.jsonata(scope, 'Fit window to model', {
    comment:
      "A window holds answers of one model, which its own training rows are held against; a schedule's window has one folder, however often it is judged",
    assign: {
      window: jsonata(`(
  $start := ${start};
  $version := $split($package.arn, "/")[-1];
  $name := $replace($window.end, /[^0-9A-Za-z]/, "-") & "-v" & $version & "-" & $substring($hash($start & ($isScheduled ? $window.end : ${input}.eventId), "SHA-256"), 0, 8);
  $folder := ${quote(keys.monitoring)} & $name & "/";
  {
    "start": $start,
    "end": $window.end,
    "folder": $folder,
    "uri": ${quote(`s3://${bucket.bucketName}/`)} & $folder
  }
)`),
    },
    outputs: {},
  });
}

/** A package that was trained before baselines were has none. */
export const hasBaseline = when('$package.baseline != ""');
/** The model went live after the window. */
export const isEmpty = when('$toMillis($window.start) >= $toMillis($window.end)');

/** The model of the window is no longer live, and its quality says nothing of the one that is. */
export const isOfFormerModel = when(
  '$labelsDue and $toMillis($window.start) >= $toMillis($window.end)',
);
export const labelsAreDue = when('$labelsDue');

/** Whether the window was judged before its labels were due. */
export function readFirstReport(scope: Construct, resources: ProjectResources): CallAwsService {
  const { keys } = resources;
  return readObject(scope, 'Read first report', resources, {
    pattern: `${keys.monitoring}*`,
    key: '$window.folder & "summary.json"',
    assign: { isUpdate: true },
  });
}

/** A window that was not judged before gets its first report. */
export const NO_REPORT = { errors: ['S3.NoSuchKeyException'], outputs: {} };

/** Without it S3 answers 403 instead of 404 for a report that is not there. */
export function allowLooking({ bucket }: ProjectResources): PolicyStatement {
  return new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] });
}

/** The next window begins where this one ends, so that what is not there yet would be in none. */
export function awaitCaptures(scope: Construct): Wait {
  const delivered = `$fromMillis($toMillis($window.end) + ${DELIVERY.toMilliseconds()})`;
  return Wait.jsonata(scope, 'Wait for captures', {
    comment:
      'The last requests of a window are on their way; a window that people ask for is judged at once',
    time: WaitTime.timestamp(
      jsonata(`$isScheduled ? ${delivered} : $states.context.Execution.StartTime`),
    ),
  });
}

/** Lists the files of the window. */
export function gatherCaptures(
  scope: Construct,
  { bucket, keys, names }: ProjectResources,
  { gatherCaptures: handler, settings }: MonitoringResources,
): LambdaInvoke {
  const list = (name: string) => ({
    bucket: bucket.bucketName,
    key: jsonata(`$window.folder & "input/${name}"`),
  });
  const task = LambdaInvoke.jsonata(scope, 'Gather captures', {
    lambdaFunction: handler,
    payload: TaskInput.fromObject({
      bucket: bucket.bucketName,
      captures: `${keys.captured}${names.endpoint}/${names.variant}/`,
      labels: keys.labels,
      windowStart: jsonata('$window.start'),
      windowEnd: jsonata('$window.end'),
      labelHours: settings.labelHours,
      captureList: list('captures.json'),
      labelList: list('labels.json'),
    }),
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(FUNCTION_TIMEOUT),
    assign: { gathered: jsonata('$states.result.Payload') },
    outputs: {},
  });
  task.addRetry(retryFunction);
  return task;
}

export const hasTraffic = when('$gathered.captureFiles > 0');

/** A report of a window in which nothing was asked; no job is needed for it. */
const noTraffic = {
  version: 1,
  verdict: 'no traffic',
  rows: 0,
  broken: 0,
  drifted: [],
  driftedPredictions: [],
  notEnoughData: 0,
  violations: 0,
  worst: null,
  effects: {},
  labelled: 0,
  coverage: null,
  measured: null,
  estimated: null,
} as const;

export function recordNoTraffic(scope: Construct, resources: ProjectResources): CallAwsService {
  const { keys } = resources;
  return writeRecord(scope, 'Record no traffic', resources, {
    pattern: `${keys.monitoring}*`,
    comment: 'An empty window costs no job',
    key: '$window.folder & "summary.json"',
    body: {
      ...noTraffic,
      window: { start: jsonata('$window.start'), end: jsonata('$window.end') },
    },
    assign: { report: { verdict: noTraffic.verdict, rows: 0, drifted: [], effects: {} } },
  });
}
