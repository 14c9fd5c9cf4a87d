import { type EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import type { ProjectParameter } from '../../events/index.ts';
import type { Place } from './place.ts';
import { type CheckResult, judgeError } from './report.ts';
import type { ResolvedResource } from './template.ts';

const CHECK = 'TestEventPattern';

interface SampleEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

/** Events that a rule must match, and events that it must not match. */
interface Samples {
  readonly matching: Readonly<Record<string, SampleEvent>>;
  readonly others: Readonly<Record<string, SampleEvent>>;
}

/** Lets EventBridge try a rule's pattern on events as the services send them. */
export async function checkPattern(
  client: EventBridgeClient,
  rule: ResolvedResource,
  project: ProjectParameter,
  place: Place,
): Promise<readonly CheckResult[]> {
  const name = rule.name;
  const pattern = JSON.stringify(rule.properties['EventPattern']);
  const known = Object.entries(samplesOf(project)).find(([end]) => name.endsWith(end))?.[1];
  // For a rule that the project adds: only whether EventBridge accepts the pattern.
  const samples = known ?? { matching: {}, others: { 'an event of a person': foreignEvent } };
  const tries = [
    ...Object.entries(samples.matching).map(([what, event]) => ({ what, event, expected: true })),
    ...Object.entries(samples.others).map(([what, event]) => ({ what, event, expected: false })),
  ];
  const results: CheckResult[] = [];
  for (const { event, expected, what } of tries) {
    const subject = `${name} ${expected ? 'takes' : 'leaves'} ${what}`;
    try {
      const { Result } = await client.send(
        new TestEventPatternCommand({
          EventPattern: pattern,
          Event: JSON.stringify({ ...envelopeOf(place), ...event }),
        }),
      );
      results.push(
        Result === expected
          ? { check: CHECK, subject, status: 'ok' }
          : { check: CHECK, subject, status: 'FINDING', note: `the answer is ${String(Result)}` },
      );
    } catch (error) {
      results.push(judgeError(CHECK, subject, error));
    }
  }
  return results;
}

function envelopeOf({ account, region }: Place) {
  return {
    version: '0',
    id: '6f87d04b-9f74-4f04-a780-7acf4b0a9b38',
    account,
    region,
    time: '2026-11-20T00:00:00Z',
    resources: [],
  };
}

const foreignEvent: SampleEvent = { source: 'person.app', 'detail-type': 'Note', detail: {} };

/** By the end of the rule's name. Longer ends come first, because one of them ends with another. */
function samplesOf(project: ProjectParameter): Readonly<Record<string, Samples>> {
  const { bucket, endpointName, incomingPrefix, modelPackageGroupName } = project;
  const inside = created(bucket, `${incomingPrefix}day 1/a+b ü.csv`);
  const outside = created(bucket, 'elsewhere/rows.csv');
  const foreign = created(`${bucket}-of-another-team`, `${incomingPrefix}rows.csv`);
  const approved = packageChange(modelPackageGroupName, 'Approved', ['ModelApprovalStatus']);
  const started = execution(project.trainingStateMachineArn);
  return {
    '-stray-upload': {
      matching: { 'an upload outside the prefixes': outside },
      others: { 'an upload below the prefix': inside, "another bucket's upload": foreign },
    },
    '-upload': {
      matching: { 'an upload below the prefix': inside },
      others: { 'an upload outside the prefixes': outside, "another bucket's upload": foreign },
    },
    '-approval': approvalSamples(modelPackageGroupName),
    '-observation': {
      matching: {
        'an execution of the training': started,
        'an approval': approved,
        'a change of the endpoint': endpoint(endpointName),
      },
      others: {
        "another machine's execution": execution(`${project.trainingStateMachineArn}-of-another`),
        'a change of another endpoint': endpoint(`${endpointName}-of-another-team`),
        'an upload': inside,
      },
    },
  };
}

function approvalSamples(group: string): Samples {
  return {
    matching: {
      'an approval': packageChange(group, 'Approved', ['ModelApprovalStatus']),
      'a rejection': packageChange(group, 'Rejected', ['ModelApprovalStatus']),
      'a package registered as approved': packageChange(group, 'Approved'),
    },
    others: {
      'a change of metadata': packageChange(group, 'Approved', ['CustomerMetadataProperties']),
      'a package that waits': packageChange(group, 'PendingManualApproval'),
      "another group's approval": packageChange('AnotherGroup', 'Approved'),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function created(bucket: string, key: string): SampleEvent {
  return {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: 5, etag: 'e', 'version-id': 'v', sequencer: '00' },
      'request-id': 'R',
      requester: '000000000000',
      'source-ip-address': '192.0.2.1',
      reason: 'PutObject',
    },
  };
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
function packageChange(group: string, status: string, updated?: readonly string[]): SampleEvent {
  return {
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Model Package State Change',
    detail: {
      ModelPackageGroupName: group,
      ModelPackageVersion: 1,
      ModelPackageArn: `arn:aws:sagemaker:us-east-1:000000000000:model-package/${group}/1`,
      ModelApprovalStatus: status,
      ...(updated === undefined ? {} : { UpdatedModelPackageFields: updated }),
    },
  };
}

function endpoint(name: string): SampleEvent {
  return {
    source: 'aws.sagemaker',
    'detail-type': 'SageMaker Endpoint State Change',
    detail: { EndpointName: name, EndpointConfigName: `${name}-1`, EndpointStatus: 'IN_SERVICE' },
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function execution(stateMachineArn: string): SampleEvent {
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:e`,
      stateMachineArn,
      name: 'e',
      status: 'SUCCEEDED',
      startDate: 1,
      stopDate: 2,
    },
  };
}
