import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, type ModelError } from '@aws-sdk/client-sagemaker-runtime';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registerVariant, type Variant } from '../../cli/stories/model-variants.ts';
import type { Promotion } from '../../cli/stories/promotions.ts';
import type { Stage } from '../../cli/stories/stage.ts';
import { modelArchive } from '../../local/testing/hosting.testing.ts';
import { setTestStage, type TestStage } from './story-runtime.ts';

let test: TestStage;
let stage: Stage;
let live: string;

beforeAll(async () => {
  test = await setTestStage();
  stage = test.stage;
  live = await stage.promotions.livePackage();
});

beforeEach(() => stage.promotions.quiet());

afterAll(() => test?.close());

function register(name: string, more: Partial<Variant> = {}): Promise<string> {
  const variant = { name, behaves: 'good' as const, champion: live, ...more };
  return registerVariant(stage.connection, stage.project, live, variant);
}

async function approve(packageArn: string): Promise<Promotion> {
  return stage.promotions.end(await stage.promotions.begin(packageArn, 'Approved'));
}

/** The previous model still serves, and the registry has the reason why the new one does not. */
async function expectUntouched(packageArn: string, reason: RegExp): Promise<void> {
  expect(await stage.promotions.livePackage()).toBe(live);
  expect(await stage.promotions.endpoint()).toMatchObject({ EndpointStatus: 'InService' });
  expect(await stage.approvalOf(packageArn)).toMatchObject({
    status: 'Rejected',
    description: expect.stringMatching(reason),
  });
}

describe('A package that cannot be served', () => {
  const unusable: readonly (readonly [string, Partial<Variant>, RegExp])[] = [
    [
      'of an image that does not exist',
      { image: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:99.0-0' },
      /Please make sure all images included in the model .* exist/,
    ],
    [
      'with a truncated archive',
      { spoil: (archive) => archive.subarray(0, archive.length - 8) },
      /Failed to extract model data archive/,
    ],
    [
      'with an archive whose paths leave its folder',
      { spoil: () => modelArchive({ '../../evil.py': 'x' }) },
      /the entry \.\.\/\.\.\/evil\.py leads out/,
    ],
    [
      'whose container never becomes healthy',
      { behaves: 'broken' },
      /did not pass the ping health check.*OSError: the weights are missing/s,
    ],
  ];

  it.each(unusable)('%s is rolled back with that reason', async (what, more, reason) => {
    const bad = await register(what.replaceAll(' ', '-'), more);
    const load = stage.load(20);

    const promotion = await approve(bad);
    const seen = await load.stop();

    expect(promotion).toMatchObject({ error: 'Rolled back', cause: expect.stringMatching(reason) });
    expect(seen).toMatchObject({ failures: 0, wrong: 0 });
    await expectUntouched(bad, reason);
  });

  it('whose archive is missing is refused', async () => {
    const bad = await register('missing');
    await stage.connection.s3.send(
      new DeleteObjectCommand({
        Bucket: stage.project.bucket,
        Key: `runs/abalone/missing/${await modelKey()}`,
      }),
    );

    const promotion = await approve(bad);

    const reason = /not the ones that were evaluated/;
    expect(promotion).toMatchObject({ error: 'Refused', cause: expect.stringMatching(reason) });
    await expectUntouched(bad, reason);
  });

  it('without an inference specification is refused', async () => {
    const { ModelPackageArn: bad = '' } = await stage.connection.sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: stage.project.modelPackageGroupName,
        ModelApprovalStatus: 'PendingManualApproval',
        CustomerMetadataProperties: { folder: 'runs/abalone/x/', fingerprint: 'f', champion: live },
      }),
    );

    const promotion = await approve(bad);

    const reason = /was not registered by the training workflow/;
    expect(promotion).toMatchObject({ error: 'Refused', cause: expect.stringMatching(reason) });
    await expectUntouched(bad, reason);
  });

  it.each([
    ['Approved', 'Already live'],
    ['Rejected', 'Nothing changed'],
  ])('that does not exist, with the status %s, changes nothing', async (approvalStatus, end) => {
    const modelPackageArn = live.replace(/\d+$/, '999');
    const { executionArn = '' } = await stage.connection.states.send(
      new StartExecutionCommand({
        stateMachineArn: stage.project.promotionStateMachineArn,
        input: JSON.stringify({ eventId: 'by-hand', modelPackageArn, approvalStatus }),
      }),
    );

    const promotion = await stage.promotions.end(executionArn);

    expect(promotion.path.at(-1)).toBe(end);
    expect(await stage.promotions.livePackage()).toBe(live);
  });
});

/** The key of the model's archive, below the folder of its run. */
async function modelKey(): Promise<string> {
  const { Contents = [] } = await stage.connection.s3.send(
    new ListObjectsV2Command({ Bucket: stage.project.bucket, Prefix: 'runs/abalone/missing/' }),
  );
  const key = Contents.find(({ Key }) => Key?.includes('/training/') === true)?.Key ?? '';
  return key.replace('runs/abalone/missing/', '');
}

describe('The endpoint', () => {
  const good = 'M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15';
  const rows: readonly (readonly [string, string, string])[] = [
    ['a number that is NaN', good.replace('0.365', 'NaN'), 'Row 1, diameter: '],
    ['an infinite number', good.replace('0.365', 'inf'), 'Row 1, diameter: '],
    ['a field that is missing', good.replace('0.095', ''), 'Row 1, height: the field is missing.'],
    ['too few fields', 'M,0.455', 'Row 1 has 2 fields, the model wants 8: sex, length, '],
    ['a text for a number', `${good}\n${good.replace('0.514', 'heavy')}`, 'Row 2, whole_weight: '],
    ['an unknown category', good.replace('M', 'X'), "Row 1, sex: 'X' is none of F, I, M."],
    ['no row', '\n', 'The request has no row.'],
  ];

  it.each(rows)(
    'refuses %s with a 4xx of the container that names it',
    async (_what, body, text) => {
      await expect(invoke(body)).rejects.toMatchObject({
        name: 'ModelError',
        OriginalStatusCode: 400,
        OriginalMessage: expect.stringContaining(text),
      });
    },
  );

  it('refuses another content type', async () => {
    await expect(invoke(good, 'image/png')).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 400,
      OriginalMessage: expect.stringContaining("Content type 'image/png' is not served."),
    });
  });

  it('refuses a payload over 25 MB before the container sees it', async () => {
    const tooLarge = `${good}\n`.repeat(Math.ceil((25 * 1024 ** 2 + 1) / (good.length + 1)));

    const status = await invoke(tooLarge).then(
      () => 200,
      (error: ModelError) => error.$metadata.httpStatusCode,
    );

    expect(status).toBe(413);
  });
});

function invoke(body: string, contentType = 'text/csv') {
  return stage.connection.sagemakerRuntime.send(
    new InvokeEndpointCommand({
      EndpointName: stage.project.endpointName,
      ContentType: contentType,
      Body: body,
    }),
  );
}
