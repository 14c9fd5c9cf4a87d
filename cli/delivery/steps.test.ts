import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type ECRClient, ScanNotFoundException } from '@aws-sdk/client-ecr';
import { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import type { DeliveryPlan } from '../../delivery/index.ts';
import { planned } from '../../delivery/planned.testing.ts';
import { deployedProject as project } from '../../events/project-parameter.testing.ts';
import type { Answers } from '../../operations/scripted-clients.testing.ts';
import { scriptedConnection } from '../connection/scripted-connection.testing.ts';
import { judgeFindings } from './images.ts';
import { findEnvironment, readPlan } from './read-plan.ts';
import { storeReferences } from './reference.ts';
import { compareReferences, listImages, readChanges, renderSummary } from './review.ts';
import { findBuildLink, findReviewLink, readConsoleAddress } from './review-link.ts';
import { smokeTest } from './smoke.ts';
import { waitForEnd } from './train.ts';
import { watchAlarms } from './watch.ts';

/** Paginators of the SDK take its own clients alone. */
const PLACE = { region: 'us-east-1' };

function actAs<Client extends object>(client: Client, scripted: object): Client {
  return Object.assign(client, { send: Reflect.get(scripted, 'send') });
}

/** A client that gives one answer to all. */
const answering = (answer: () => object) => ({ send: async () => answer() }) as never;

/** An environment with this project and no live model. */
const deployed: Answers = {
  GetParametersByPath: () => ({ Parameters: [{ Value: JSON.stringify(project) }] }),
  DescribeEndpoint: () => {
    const message = 'Could not find endpoint "abalone".';
    throw Object.assign(new Error(message), { name: 'ValidationException' });
  },
  DescribeStateMachine: () => ({ status: 'ACTIVE' }),
};

function createTerminal() {
  const printed: string[] = [];
  return { printed, print: (text: string | undefined) => void printed.push(text ?? '') };
}

function createWait() {
  const waits: number[] = [];
  return { waits, wait: async (ms: number) => void waits.push(ms) };
}

const ecrOf = (answers: Answers) => scriptedConnection(answers).s3 as unknown as ECRClient;

describe('the plan', () => {
  it('is of the last synth, and names its environments', () => {
    expect(() => readPlan('/nowhere')).toThrow('There is no /nowhere/delivery.json');
    expect(() => findEnvironment(planned(), 'qa')).toThrow(
      'There is no environment "qa"; nothing was done. The environments are dev, staging, prod.',
    );
    expect(findEnvironment(planned(), 'dev').account).toBe('111111111111');
  });
});

const scanOf = (status: string, counts: object = {}) => ({
  imageScanStatus: { status, description: 'AWS says why' },
  imageScanFindings: { findingSeverityCounts: counts },
});

describe('the scan of an image', () => {
  const image = { repository: 'stepmill/trainer', tag: 'abc' };
  it('is awaited, and lets an image pass whose findings are accepted', async () => {
    const { waits, wait } = createWait();
    const answers = [
      () => {
        throw new ScanNotFoundException({ message: 'not yet', $metadata: {} });
      },
      () => scanOf('IN_PROGRESS'),
      () => scanOf('COMPLETE', { MEDIUM: 3 }),
    ];
    const client = ecrOf({ DescribeImageScanFindings: () => answers.shift()?.() ?? {} });

    await judgeFindings(client, image, ['CRITICAL', 'HIGH'], wait);

    expect(waits).toHaveLength(2);
  });

  it.each([
    ['COMPLETE', { HIGH: 2, CRITICAL: 1 }, 'found 1 CRITICAL, 2 HIGH; the image is not deployed'],
    ['FAILED', {}, 'ECR could not scan stepmill/trainer:abc (FAILED: AWS says why)'],
    ['PENDING', {}, 'ECR has not scanned stepmill/trainer:abc within'],
  ])('that is %s with %o refuses it', async (status, counts, message) => {
    const client = ecrOf({ DescribeImageScanFindings: () => scanOf(status, counts) });

    await expect(
      judgeFindings(client, image, ['CRITICAL', 'HIGH'], createWait().wait),
    ).rejects.toThrow(message);
  });
});

const runSmokeTest = (answers: Answers, projects = ['abalone']) => {
  const terminal = createTerminal();
  const connection = scriptedConnection({ ...deployed, ...answers });
  return smokeTest(connection, { projects }, 'dev', terminal).then(() => terminal.printed);
};

describe('the smoke test', () => {
  it('passes where everything is there', async () => {
    expect(await runSmokeTest({})).toEqual(['abalone: 2 state machines, no model is live yet']);
  });

  it('names everything that does not answer', async () => {
    const failing = runSmokeTest(
      {
        DescribeStateMachine: ({ stateMachineArn }: { readonly stateMachineArn: string }) => {
          if (stateMachineArn.endsWith('training')) return { status: 'DELETING' };
          throw new Error('State Machine Does Not Exist');
        },
      },
      ['abalone', 'titanic'],
    );

    await expect(failing).rejects.toThrow(
      [
        'The smoke test of dev failed:',
        'titanic: is not deployed',
        `abalone: ${project.trainingStateMachineArn} is DELETING`,
        `abalone: ${project.promotionStateMachineArn}: State Machine Does Not Exist`,
      ].join('\n  '),
    );
  });
});

const runWatch = (looks: readonly (readonly string[])[], minutes = 1) => {
  const { waits, wait } = createWait();
  const rest = [...looks];
  const names = () => (rest.shift() ?? []).map((AlarmName) => ({ AlarmName }));
  const terminal = createTerminal();
  const scripted = scriptedConnection({ DescribeAlarms: () => ({ MetricAlarms: names() }) });
  const connection = { cloudwatch: actAs(new CloudWatchClient(PLACE), scripted.cloudwatch) };
  const prefixes = ['stepmill-prod-', 'abalone-'];
  return watchAlarms(connection, { environment: 'prod', minutes, prefixes }, terminal, wait).then(
    () => ({ waits, printed: terminal.printed }),
  );
};

describe('the watch after a deployment', () => {
  it('ends after its time, although an alarm of another project rings', async () => {
    expect(await runWatch([['other-team'], [], []])).toEqual({
      waits: [30_000, 30_000],
      printed: ['No alarm of prod rang for 1 minutes.'],
    });
    expect((await runWatch([[]], 0)).waits).toEqual([]);
  });

  it('names what rings, as soon as it does', async () => {
    await expect(runWatch([[], ['abalone-errors', 'stepmill-prod-x', 'other']])).rejects.toThrow(
      'After the deployment to prod, 2 alarms ring: abalone-errors, stepmill-prod-x. The stage is rolled back',
    );
  });
});

const storeAs = async (answers: Answers, file: string) => {
  const kept = new Map<string, string>();
  const terminal = createTerminal();
  await storeReferences(
    scriptedConnection({ ...deployed, ...answers }),
    planned({ references: { abalone: file } }),
    { environment: 'dev', commit: 'c1', terminal },
    (name, value) => kept.set(name, value),
  );
  return { kept, printed: terminal.printed };
};

describe('reference data', () => {
  it('are stored where no rule starts a training, and named for the step that does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepmill-reference-'));
    const file = join(folder, 'abalone.csv');
    writeFileSync(file, 'M,1\n');

    const { kept, printed } = await storeAs(
      {
        PutObject: async ({ Body }: { readonly Body: AsyncIterable<Buffer> }) => {
          for await (const chunk of Body) expect(chunk.toString()).toBe('M,1\n');
          return { ETag: '"e"', VersionId: 'v' };
        },
      },
      file,
    );
    rmSync(folder, { recursive: true });

    expect(JSON.parse(kept.get('INPUT_ABALONE') ?? '')).toEqual({
      eventId: 'c1-v',
      bucket: 'bucket',
      object: { key: 'reference/abalone/abalone.csv', size: 4, etag: 'e', 'version-id': 'v' },
      reference: 'c1',
    });
    expect(printed).toEqual([`abalone: ${file} is s3://bucket/reference/abalone/abalone.csv`]);
  });

  it('that are not there, or of a project that is not, train nothing', async () => {
    await expect(storeAs({}, 'nowhere.csv')).rejects.toThrow(
      'pipeline.references.abalone names nowhere.csv, which is not in this commit; nothing was trained.',
    );
    await expect(storeAs({ GetParametersByPath: () => ({}) }, 'a.csv')).rejects.toThrow(
      '"abalone", which is not deployed to dev; nothing was trained.',
    );
  });
});

const followTraining = (statuses: readonly object[]) => {
  const { waits, wait } = createWait();
  const rest = [...statuses];
  const terminal = createTerminal();
  const states = scriptedConnection({
    DescribeExecution: () => rest.shift() ?? { status: 'RUNNING' },
  });
  return waitForEnd(states, 'arn:execution', terminal, wait).then(() => ({
    waits,
    printed: terminal.printed,
  }));
};

describe('a reference training', () => {
  it('is awaited', async () => {
    expect(
      await followTraining([{ status: 'RUNNING' }, { status: 'SUCCEEDED', output: '{}' }]),
    ).toEqual({
      waits: [10_000],
      printed: ['{}'],
    });
  });

  it('that fails says why, and one without an end is not awaited for ever', async () => {
    const failed = { status: 'FAILED', error: 'BelowGate', cause: 'rmse is 3' };
    await expect(followTraining([failed])).rejects.toThrow(
      'The reference training ended as FAILED (BelowGate): rmse is 3.',
    );
    await expect(followTraining([])).rejects.toThrow(
      'The reference training has not ended within 350 minutes: arn:execution.',
    );
  });
});

/** As `cdk diff` of aws-cdk 2 prints it. */
const DIFF = `Stack prod/stepmill-prod-abalone (stepmill-prod-abalone)
Resources
[~] AWS::Lambda::Function Inspect InspectResource
 └─ [~] Code
[+] AWS::SQS::Queue Extra Extra1
[-] AWS::SNS::Topic Old Old1 destroy
[~] AWS::DynamoDB::GlobalTable Claims Claims1 replace
Stack prod/stepmill-prod-console (stepmill-prod-console)
There were no differences
`;

describe('the review', () => {
  const review = { commit: '4f2a9c1e5d', changes: [], images: [], differences: [] };

  it('counts what would change, and names what would be replaced', () => {
    expect(renderSummary('prod', { ...review, changes: readChanges(DIFF) })).toBe(
      'prod gets commit 4f2a9c1. prod/stepmill-prod-abalone: 1 new, 2 changed, 1 removed; REPLACED: AWS::DynamoDB::GlobalTable Claims.',
    );
    expect(renderSummary('prod', review)).toBe('prod gets commit 4f2a9c1. No resource changes.');
  });

  it('names the images by their digests', async () => {
    const assembly = mkdtempSync(join(tmpdir(), 'stepmill-review-'));
    const shared = { source: { directory: 'asset.a' }, destinations: {} };
    const dockerImages = {
      a: { displayName: 'trainer-task', ...shared },
      b: { displayName: 'unknown', ...shared },
    };
    writeFileSync(join(assembly, 's.assets.json'), JSON.stringify({ dockerImages }));
    const imageDigest = `sha256:${'ab'.repeat(32)}`;
    const client = ecrOf({ DescribeImages: () => ({ imageDetails: [{ imageDigest }] }) });

    const images = await listImages(client, planned(), assembly);
    rmSync(assembly, { recursive: true });

    expect(renderSummary('prod', { ...review, images })).toContain(
      'Images: trainer-task sha256:abababababab, unknown NOT BUILT.',
    );
  });

  it('compares the last two trainings on reference data', async () => {
    const outputs: Readonly<Record<string, object>> = {
      now: { metrics: { rmse: { value: 2.123456 }, note: { value: 'text' } } },
      before: { metrics: { rmse: { value: 2.5 } } },
    };
    const executions = [
      { name: 'upload', executionArn: 'upload' },
      { name: 'reference-2', executionArn: 'now' },
      { name: 'reference-1', executionArn: 'before' },
    ];
    const compare = (listed: readonly object[]) => {
      const scripted = scriptedConnection({
        ListExecutions: () => ({ executions: listed }),
        DescribeExecution: ({ executionArn }: { readonly executionArn: string }) => ({
          output: JSON.stringify(outputs[executionArn]),
        }),
      });
      const states = actAs(new SFNClient(PLACE), scripted.states);
      return compareReferences({ ...scripted, states }, project);
    };
    const text = async (listed: readonly object[]) => {
      const found = await compare(listed);
      return renderSummary('prod', { ...review, differences: found === undefined ? [] : [found] });
    };

    expect(await text(executions)).toContain('abalone on reference data: rmse 2.5 → 2.123.');
    expect(await text(executions.slice(0, 2))).toContain('abalone on reference data: rmse 2.123.');
    expect(await compare(executions.slice(0, 1))).toBeUndefined();
  });

  it('is no longer than an approval of CodePipeline takes', () => {
    const differences = Array.from({ length: 50 }, (_, index) => ({
      project: `project-${index}`,
      now: { rmse: index },
      before: undefined,
    }));

    const summary = renderSummary('prod', { ...review, differences });

    expect(summary.length).toBe(1_000);
    expect(summary.endsWith('…')).toBe(true);
  });

  it('links to the whole difference, on AWS and on GitHub', () => {
    expect(
      findBuildLink({
        AWS_REGION: 'eu-west-1',
        CODEBUILD_BUILD_ARN: 'arn:aws:codebuild:eu-west-1:000011112222:build/review-prod:1a',
        CODEBUILD_BUILD_ID: 'review-prod:1a',
      }),
    ).toBe(
      'https://eu-west-1.console.aws.amazon.com/codesuite/codebuild/000011112222/projects/review-prod/build/review-prod%3A1a/?region=eu-west-1',
    );
    expect(
      findBuildLink({
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'o/r',
        GITHUB_RUN_ID: '7',
      }),
    ).toBe('https://github.com/o/r/actions/runs/7');
  });

  it('links locally to the page of the console that decides, where it is deployed', async () => {
    const here = { STEPMILL_WAITS: 'http://127.0.0.1:1/waits', AWS_REGION: 'eu-west-1' };
    const asked: unknown[] = [];
    const link = (address: string | undefined, variables: object) =>
      findReviewLink({} as DeliveryPlan, 'prod', { ...variables }, async (...given) => {
        asked.push(given[1]);
        return address;
      });

    expect(await link('http://127.0.0.1:4568', here)).toBe('http://127.0.0.1:4568/delivery');
    expect(await link(undefined, here)).toContain('codesuite/codebuild');
    expect(await link('http://127.0.0.1:4568', {})).toContain('codesuite/codebuild');
    expect(asked).toEqual(['prod', 'prod']);
  });

  it('finds the console in the outputs of its stack', async () => {
    const Outputs = [
      { OutputKey: 'ApiAddress', OutputValue: 'http://api' },
      { OutputKey: 'SiteAddress', OutputValue: 'http://127.0.0.1:4568' },
    ];
    const missing = Object.assign(new Error('Stack with id x does not exist'), {
      name: 'ValidationError',
    });

    expect(
      await readConsoleAddress(
        answering(() => ({ Stacks: [{ Outputs }] })),
        'prod',
      ),
    ).toBe('http://127.0.0.1:4568');
    expect(
      await readConsoleAddress(
        answering(() => {
          throw missing;
        }),
        'prod',
      ),
    ).toBeUndefined();
    await expect(
      readConsoleAddress(
        answering(() => {
          throw new Error('AccessDenied');
        }),
        'prod',
      ),
    ).rejects.toThrow('AccessDenied');
  });
});
