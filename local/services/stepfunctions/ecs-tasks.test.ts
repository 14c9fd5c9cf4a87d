import { expect, it } from 'vitest';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Service } from '../../cloud/service.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { type Step, transcriptOf, withNumberedIds } from '../../testing/transcript.testing.ts';
import { createIamService } from '../iam/index.ts';
import { createStsService } from '../sts/index.ts';
import { createStepFunctionsService } from './index.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html

const ARN = 'arn:aws:states:us-east-1:000000000000';
const ECS = 'arn:aws:ecs:us-east-1:000000000000';
const roleArn = 'arn:aws:iam::000000000000:role/r';

const ACCOUNT: readonly Step[] = [
  [
    'iam:CreateRole',
    {
      RoleName: 'r',
      AssumeRolePolicyDocument:
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"states.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
    },
  ],
];

const arnOf = (family: string) => `${ECS}:task/c/${family}`;

/** Runs one task to its end: what ECS knows of it, and its history. */
function run(family: string, { seconds = 1, pattern = '.sync', more = {} } = {}): readonly Step[] {
  const name = `m-${family}${pattern}`;
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: `arn:aws:states:::ecs:runTask${pattern}`,
        Arguments: { Cluster: 'c', TaskDefinition: family, LaunchType: 'FARGATE' },
        End: true,
        ...more,
      },
    },
  });
  const executionArn = `${ARN}:execution:${name}:x`;
  return [
    ['CreateStateMachine', { name, roleArn, definition }],
    ['StartExecution', { stateMachineArn: `${ARN}:stateMachine:${name}`, name: 'x' }],
    { advanceSeconds: seconds },
    ['GetExecutionHistory', { executionArn, reverseOrder: true }],
    ['ecs:DescribeTasks', { cluster: 'c', tasks: [arnOf(family)] }],
  ];
}

const runs: readonly Step[] = [
  ...ACCOUNT,
  ...run('request', { pattern: '' }),
  ...run('succeeds'),
  ...run('fails'),
  ...run('never-started'),
  ...run('without-code'),
  ...run('not-placed'),
  ...run('refused'),
  ...run('forgotten'),
  ...run('unseen'),
  // Its event is lost: Step Functions asks once a minute.
  ...run('quiet', { seconds: 59 }),
  ...run('other-event', { seconds: 60 }),
  ['GetExecutionHistory', { executionArn: `${ARN}:execution:m-quiet.sync:x`, reverseOrder: true }],
  // ECS stops the task of a state that times out.
  ...run('endless', { more: { TimeoutSeconds: 1 } }),
  ...run('stubborn', { more: { TimeoutSeconds: 1 } }),
  ...run('stopped'),
  ['StopExecution', { executionArn: `${ARN}:execution:m-stopped.sync:x` }],
  ['ecs:DescribeTasks', { cluster: 'c', tasks: [arnOf('stopped')] }],
];

interface FakeTask {
  readonly startedBy: string;
  readonly cluster: string;
  stoppedReason?: string;
}

/** When a task ends, and whether ECS publishes that. */
const ENDS: Readonly<Record<string, readonly [seconds: number, resource: string | undefined]>> = {
  endless: [1_000, undefined],
  stubborn: [1_000, undefined],
  stopped: [1_000, undefined],
  quiet: [1, undefined],
  'other-event': [1, arnOf('another')],
};

const end = (app: number | undefined, sidecar: number) => ({
  stopCode: 'EssentialContainerExited',
  containers: [
    { name: 'app', exitCode: app },
    { name: 'sidecar', exitCode: sidecar },
  ],
});

function howItEnded(family: string): object {
  if (family === 'fails') return end(1, 0);
  if (family === 'without-code') return end(undefined, 0);
  if (family === 'never-started') return { ...end(0, 0), stopCode: 'TaskFailedToStart' };
  // The sidecar is not essential.
  return end(0, 137);
}

const permissions = () => [];
const familyOf = (arn: string) => arn.split('/').at(-1) ?? '';

function createTasks(cloud: Cloud): Service {
  const tasks = new Map<string, FakeTask>();
  const began = new Map<string, number>();
  const describe = (arn: string) => {
    const family = familyOf(arn);
    const [seconds] = ENDS[family] ?? [1];
    const isOver = cloud.clock.now() >= (began.get(arn) ?? 0) + seconds * 1_000;
    return {
      taskArn: arn,
      taskDefinitionArn: `${ECS}:task-definition/${family}:1`,
      lastStatus: isOver ? 'STOPPED' : 'RUNNING',
      ...tasks.get(arn),
      ...(isOver ? howItEnded(family) : {}),
    };
  };
  return {
    name: 'ecs',
    accessDenied: (message) => new ServiceError('AccessDeniedException', message),
    operations: {
      RunTask: {
        permissions,
        run({ cluster = '', startedBy = '', taskDefinition = '' }: Record<string, string>) {
          if (taskDefinition === 'refused') {
            throw new ServiceError('ClusterNotFoundException', 'Cluster not found.');
          }
          if (taskDefinition === 'not-placed') {
            return { tasks: [], failures: [{ arn: 'i', reason: 'RESOURCE:MEMORY' }] };
          }
          const arn = arnOf(taskDefinition);
          tasks.set(arn, { startedBy, cluster });
          began.set(arn, cloud.clock.now());
          const [seconds, resource] = ENDS[taskDefinition] ?? [1, arn];
          cloud.clock.setTimer(seconds * 1_000, () => {
            if (resource === undefined) return;
            const event = { 'detail-type': 'ECS Task State Change', resources: [resource] };
            cloud.publish({ source: 'aws.ecs', detail: {}, ...event });
          });
          return { tasks: [{ taskArn: arn, lastStatus: 'PROVISIONING', startedBy }], failures: [] };
        },
      },
      DescribeTasks: {
        permissions,
        run({ tasks: [arn = ''] = [] }: { readonly tasks?: readonly string[] }, { principal }) {
          if (familyOf(arn) === 'forgotten') return { tasks: [], failures: [] };
          if (familyOf(arn) === 'unseen' && principal.kind !== 'account') {
            throw new ServiceError('AccessDeniedException', 'not allowed');
          }
          return { tasks: [describe(arn)], failures: [] };
        },
      },
      StopTask: {
        permissions,
        run({ cluster, task = '', reason }: Record<string, string>) {
          if (familyOf(task) === 'stubborn') throw new ServiceError('ClientException', 'no');
          const known = tasks.get(task);
          if (known !== undefined) known.stoppedReason = `${cluster}: ${reason}`;
          return {};
        },
      },
      DescribeTaskDefinition: {
        permissions,
        run: () => ({
          taskDefinition: {
            containerDefinitions: [
              { name: 'app', essential: true },
              { name: 'sidecar', essential: false },
            ],
          },
        }),
      },
    },
  };
}

it('tasks of ECS end as in the transcript', async () => {
  const transcript = await transcriptOf(
    'stepfunctions',
    [createIamService, createStsService, createTasks, createStepFunctionsService],
    runs,
  );

  await expect(withNumberedIds(transcript)).toMatchFileSnapshot('transcripts/ecs-tasks.txt');
});
