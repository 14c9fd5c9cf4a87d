import { describe, expect, it } from 'vitest';
import { runWorkflow, TaskError } from '../../infra/simulation/index.ts';
import {
  containersOf,
  folder,
  type HandoverWorld,
  handoverDefinition,
  handoverWorld,
  imageDigest,
  originBucket,
  ownImageWorld,
  sharedWorld,
  sourceAccount,
  sourceBucket,
  sourceImages,
  sourcePackageArn,
} from '../../infra/testing/handover-world.testing.ts';

interface Run {
  readonly world?: HandoverWorld;
  /** Tasks that fail, by state. */
  readonly failing?: Readonly<Record<string, TaskError>>;
  readonly executionName?: string;
}

function handOver({ world = handoverWorld(), failing = {}, executionName = 'first' }: Run = {}) {
  const run = runWorkflow({
    definition: world.definition,
    input: world.input,
    executionName,
    answer: (state, request) => {
      const failure = failing[state];
      if (failure !== undefined) throw failure;
      return world.answer(state, request);
    },
  });
  const argumentsOf = (wanted: string) =>
    run.tasks
      .filter(({ state }) => state === wanted)
      .map((task) => task.arguments as Record<string, unknown>);
  return { ...run, world, argumentsOf };
}

const target =
  'arn:aws:sagemaker:us-east-1:222222222222:model-package/prod--AbaloneModelPackageGroup/1';

describe('a model that was approved in the environment before', () => {
  it('is copied with all that it was made of, and waits for approval', () => {
    const { output, path, world, argumentsOf } = handOver();

    expect(output).toEqual({
      outcome: 'Handed over',
      reason: 'It waits for approval.',
      modelPackage: target,
      sourcePackage: sourcePackageArn(3),
    });
    expect(
      path.filter((state) => !/^(Copy object|Same entity tag\?|Copied)$/.test(state)),
    ).toMatchInlineSnapshot(`
      [
        "Begin",
        "Of expected source?",
        "Claim handover",
        "Read source package",
        "Still approved?",
        "Complete package?",
        "Image of the source?",
        "Read copy",
        "Copied before?",
        "Fingerprint source preprocessor",
        "Fingerprint source model",
        "Archives as evaluated?",
        "Own images?",
        "List run",
        "Too much to copy?",
        "Copy objects",
        "More objects?",
        "List more of run",
        "Too much to copy?",
        "Copy objects",
        "More objects?",
        "Fingerprint preprocessor",
        "Fingerprint model",
        "Register copy",
        "Note copy",
        "Record handover",
        "Settle",
        "Announce handover",
        "Release claim on handover",
        "Outcome?",
        "Handed over",
      ]
    `);
    expect([...world.objects.keys()].map((key) => key.slice(folder.length))).toMatchInlineSnapshot(`
      [
        "dataset/data.csv",
        "decision.json",
        "evaluation/evaluation.json",
        "evaluation/smoke.json",
        "manifest.json",
        "prepared/baseline/statistics.json",
        "prepared/preprocessor/model.tar.gz",
        "prepared/test/a b+c.csv",
        "training/job/model.tar.gz",
      ]
    `);
    expect(argumentsOf('Copy object')[0]).toEqual({
      Bucket: 'bucket',
      Key: `${folder}dataset/data.csv`,
      CopySource: `${sourceBucket}/${folder}dataset/data.csv`,
      CopySourceIfMatch: expect.stringMatching(/^"[0-9a-f]{32}"$/) as unknown,
      TaggingDirective: 'REPLACE',
    });
    expect(argumentsOf('Copy object').map(({ CopySource }) => CopySource)).toContain(
      `${sourceBucket}/${folder}prepared/test/a%20b%2Bc.csv`,
    );
    expect([...world.packages.values()]).toMatchInlineSnapshot(`
      [
        {
          "ClientToken": "de81ee5aaa3cf9fc10413ab9944bd9f8",
          "CustomerMetadataProperties": {
            "champion": "none",
            "datasetId": "d1",
            "fingerprint": "888cdd58e6b0959a6cfc75157e589ad1dd2535a55477251ec69df6ed5ec16e0c",
            "folder": "runs/abalone/d1/",
            "handoverExecution": "arn:aws:states:us-east-1:000000000000:execution:machine:first",
            "manifest": "s3://bucket/runs/abalone/d1/manifest.json",
            "metric.mse": "4.1",
            "originPackageArn": "arn:aws:sagemaker:us-east-1:111111111111:model-package/AbaloneModelPackageGroup/3",
            "sourceDigest": "888cdd58e6b0959a6cfc75157e589ad1dd2535a55477251ec69df6ed5ec16e0c",
            "sourceEnvironment": "dev",
            "sourcePackageArn": "arn:aws:sagemaker:us-east-1:111111111111:model-package/AbaloneModelPackageGroup/3",
          },
          "DriftCheckBaselines": {
            "ModelDataQuality": {
              "Statistics": {
                "ContentType": "application/json",
                "S3Uri": "s3://bucket/runs/abalone/d1/prepared/baseline/statistics.json",
              },
            },
          },
          "InferenceSpecification": {
            "Containers": [
              {
                "ContainerHostname": "preprocessor",
                "Environment": {
                  "SAGEMAKER_PROGRAM": "inference.py",
                },
                "Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3",
                "ModelDataUrl": "s3://bucket/runs/abalone/d1/prepared/preprocessor/model.tar.gz",
              },
              {
                "ContainerHostname": "model",
                "Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5",
                "ModelDataUrl": "s3://bucket/runs/abalone/d1/training/job/model.tar.gz",
              },
            ],
            "SupportedContentTypes": [
              "text/csv",
            ],
            "SupportedResponseMIMETypes": [
              "text/csv",
            ],
            "SupportedTransformInstanceTypes": [
              "ml.m5.large",
            ],
          },
          "MetadataProperties": {
            "CommitId": "0123456789abcdef",
            "ProjectId": "abalone",
          },
          "ModelApprovalStatus": "PendingManualApproval",
          "ModelMetrics": {
            "ModelQuality": {
              "Statistics": {
                "ContentType": "application/json",
                "S3Uri": "s3://bucket/runs/abalone/d1/evaluation/evaluation.json",
              },
            },
          },
          "ModelPackageDescription": "Predicts rings.",
          "ModelPackageGroupName": "prod--AbaloneModelPackageGroup",
        },
      ]
    `);
    expect(world.records.get(`${folder}handover.json`)).toMatchInlineSnapshot(`
      {
        "digest": "888cdd58e6b0959a6cfc75157e589ad1dd2535a55477251ec69df6ed5ec16e0c",
        "execution": "arn:aws:states:us-east-1:000000000000:execution:machine:first",
        "images": [],
        "modelPackage": "arn:aws:sagemaker:us-east-1:222222222222:model-package/prod--AbaloneModelPackageGroup/1",
        "objects": 9,
        "recordedAt": "2026-11-20T00:00:00Z",
        "sourceDigest": "888cdd58e6b0959a6cfc75157e589ad1dd2535a55477251ec69df6ed5ec16e0c",
        "sourceEnvironment": "dev",
        "sourcePackage": "arn:aws:sagemaker:us-east-1:111111111111:model-package/AbaloneModelPackageGroup/3",
      }
    `);
    expect(argumentsOf('Announce handover')).toMatchInlineSnapshot(`
      [
        {
          "Message": "Outcome: Handed over
      Reason: It waits for approval.
      Model package: arn:aws:sagemaker:us-east-1:222222222222:model-package/prod--AbaloneModelPackageGroup/1
      Source package: arn:aws:sagemaker:us-east-1:111111111111:model-package/AbaloneModelPackageGroup/3
      Execution: arn:aws:states:us-east-1:000000000000:execution:machine:first
      Approve it in the registry, or with: stepmill approve arn:aws:sagemaker:us-east-1:222222222222:model-package/prod--AbaloneModelPackageGroup/1",
          "Subject": "prod--abalone: model 1 from dev waits for approval",
          "TopicArn": "StorageTopic",
        },
      ]
    `);
    expect([...world.claims.owners()]).toEqual([]);
  });

  it('is approved on arrival where nobody has to approve', () => {
    const world = handoverWorld(handoverDefinition({ approval: false }));

    const { output } = handOver({ world });

    expect(output).toMatchObject({ outcome: 'Handed over', reason: 'It is approved on arrival.' });
    expect([...world.packages.values()]).toMatchObject([{ ModelApprovalStatus: 'Approved' }]);
  });

  it('is copied once, however often it is approved', () => {
    const world = handoverWorld();
    handOver({ world });

    const again = handOver({ world, executionName: 'second' });

    expect(again.output).toEqual({
      outcome: 'Already there',
      reason: 'It was copied before, and is version 1 here.',
      modelPackage: target,
      sourcePackage: sourcePackageArn(3),
    });
    expect(again.path).not.toContain('Copy objects');
    expect(world.packages.size).toBe(1);
    expect([...world.claims.owners()]).toEqual([]);
  });

  it('is copied again once its copy was deleted', () => {
    const world = handoverWorld();
    handOver({ world });
    const token = world.packages.get(target)?.['ClientToken'];
    world.packages.clear();

    const again = handOver({ world, executionName: 'second' });

    expect(again.output).toMatchObject({ outcome: 'Handed over' });
    expect(world.packages.get(target)?.['ClientToken']).not.toBe(token);
  });

  it('is left to the execution that copies it', () => {
    const world = handoverWorld();
    const answer = world.answer;
    const other = 'arn:aws:states:us-east-1:222222222222:execution:prod--abalone-handover:other';
    const held: HandoverWorld = {
      ...world,
      answer: (state, request) => {
        if (state === 'Claim handover') {
          const item = request['Item'] as { claim: { S: string } };
          world.claims.hold(item.claim.S, other);
        }
        return state === 'Look up owner of handover'
          ? { Status: 'RUNNING' }
          : answer(state, request);
      },
    };

    const { output } = handOver({ world: held });

    expect(output).toMatchObject({
      outcome: 'Already there',
      reason: `Another execution copies it: ${other}`,
      modelPackage: 'none',
    });
    expect([...world.claims.owners()].map(([, owner]) => owner)).toEqual([other]);
  });

  it('keeps its first source along a chain, and drops metrics that do not fit', () => {
    const world = handoverWorld();
    const metadata = world.source.CustomerMetadataProperties;
    metadata['originPackageArn'] = 'arn:first';
    metadata['sourceEnvironment'] = 'before';
    for (let index = 0; index < 60; index += 1) metadata[`metric.m${index}`] = '1';

    handOver({ world });

    const [copied] = [...world.packages.values()];
    const entries = copied?.['CustomerMetadataProperties'] as Record<string, string>;
    expect(Object.keys(entries).length).toBeLessThanOrEqual(45);
    expect(entries).toMatchObject({
      originPackageArn: 'arn:first',
      sourceEnvironment: 'dev',
      datasetId: 'd1',
      'metric.mse': '4.1',
    });
  });

  it('may have archives that were uploaded in parts', () => {
    const world = handoverWorld();
    const key = `${folder}dataset/data.csv`;
    world.sourceObjects.set(key, { etag: '"abc-2"', size: 9e6, checksum: 'crc' });

    const { output, path } = handOver({ world });

    expect(output).toMatchObject({ outcome: 'Handed over' });
    expect(path).toContain('Same checksum?');
  });
});

describe('a handover refuses', () => {
  it.each([
    [
      'a package of another group',
      (world: HandoverWorld) => {
        Object.assign(world.input, {
          modelPackageArn: 'arn:aws:sagemaker:us-east-1:111111111111:model-package/Other/1',
        });
      },
      'The package is not of the group AbaloneModelPackageGroup in account 111111111111, which is the environment dev.',
    ],
    [
      'a package of another account',
      (world: HandoverWorld) => {
        Object.assign(world.input, {
          modelPackageArn: sourcePackageArn(3).replace(sourceAccount, '999999999999'),
        });
      },
      'The package is not of the group AbaloneModelPackageGroup in account 111111111111, which is the environment dev.',
    ],
    [
      'a package whose approval was withdrawn',
      (world: HandoverWorld) => {
        world.source['ModelApprovalStatus'] = 'Rejected';
      },
      'In dev the package is Rejected by now. Approve it there again to hand it over.',
    ],
    [
      'a package without a fingerprint',
      (world: HandoverWorld) => {
        delete world.source.CustomerMetadataProperties['fingerprint'];
      },
      'The package was not registered by the training workflow of the same project: it lacks its containers, or the folder, the fingerprint or the manifest in its metadata.',
    ],
    [
      'archives that are not those that were evaluated',
      (world: HandoverWorld) => {
        world.sourceObjects.set(`${folder}training/job/model.tar.gz`, { etag: '"other"', size: 1 });
      },
      'The archives below runs/abalone/d1/ are missing or not the ones that were evaluated.',
    ],
    [
      'archives that are gone',
      (world: HandoverWorld) => {
        world.sourceObjects.delete(`${folder}training/job/model.tar.gz`);
      },
      'The archives below runs/abalone/d1/ are missing or not the ones that were evaluated.',
    ],
    [
      'a run with an object that one call does not copy',
      (world: HandoverWorld) => {
        world.sourceObjects.set(`${folder}dataset/data.csv`, {
          etag: '"1"',
          size: 5 * 1_024 ** 3 + 1,
        });
      },
      'Below runs/abalone/d1/ are more than 1500 objects, or one that is larger than 5 GiB, which is what one CopyObject takes.',
    ],
    [
      'a run of too many objects',
      (world: HandoverWorld) => {
        for (let index = 0; index < 3_000; index += 1) {
          world.sourceObjects.set(`${folder}dataset/x${index}`, { etag: '"1"', size: 1 });
        }
      },
      'Below runs/abalone/d1/ are more than 1500 objects, or one that is larger than 5 GiB, which is what one CopyObject takes.',
    ],
  ])('%s', (_what, change, reason) => {
    const world = handoverWorld();
    change(world);

    const { status, error, cause, argumentsOf } = handOver({ world });

    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'Refused', cause: reason });
    expect(world.packages.size).toBe(0);
    expect(world.objects.size).toBe(0);
    expect(argumentsOf('Announce handover')).toMatchObject([
      { Subject: 'prod--abalone: a model of dev was refused' },
    ]);
    expect([...world.claims.owners()]).toEqual([]);
  });

  it('an image of the source in a repository that it does not share', () => {
    const image = `${sourceAccount}.dkr.ecr.us-east-1.amazonaws.com/own@sha256:1`;

    const { error, cause, argumentsOf } = handOver({ world: ownImageWorld(image) });

    expect(error).toBe('Refused');
    expect(cause).toBe(
      `The package has an image of the account 111111111111, which is the environment dev or one before it, in a repository that no handover reads: its images are 683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3, ${image}. Push it to ${sourceImages}, and register the package with that.`,
    );
    expect(argumentsOf('Plan image')).toEqual([]);
  });

  it.each(['Plan image', 'Copy layer'])('an image that the function refuses in %s', (state) => {
    const words = 'The image i was not copied: its layer is too large.';
    const world = ownImageWorld();

    const { error, cause } = handOver({
      world,
      failing: {
        [state]: new TaskError(
          'ImageRefused',
          JSON.stringify({ errorType: 'ImageRefused', errorMessage: words, trace: [] }),
        ),
      },
    });

    expect({ error, cause }).toEqual({ error: 'Refused', cause: words });
    expect(world.objects.size).toBe(0);
    expect([...world.claims.owners()]).toEqual([]);
  });
});

describe('an image of the team', () => {
  const target = `222222222222.dkr.ecr.us-east-1.amazonaws.com/prod/abalone/models`;

  it('is copied layer by layer, and the package names the copy by its digest', () => {
    const world = ownImageWorld();

    const { output, argumentsOf } = handOver({ world });

    expect(output).toMatchObject({ outcome: 'Handed over' });
    expect(argumentsOf('Copy layer').map(({ Payload }) => Payload)).toEqual(
      [1, 2].map((number) => ({
        step: 'layer',
        from: `${sourceImages}@${imageDigest}`,
        to: target,
        layer: { digest: `sha256:layer${number}`, sizeBytes: 1 },
      })),
    );
    const copy = `${target}@${imageDigest}`;
    expect([...world.images]).toEqual([copy]);
    expect(imagesIn(world)).toEqual([
      '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3',
      copy,
    ]);
    expect(world.records.get(`${folder}handover.json`)).toMatchObject({
      images: [{ image: `${sourceImages}:1.0`, to: copy }],
    });
  });

  it('is copied once where both containers name it', () => {
    const world = ownImageWorld();
    containersOf(world)[0] = { ...containersOf(world)[0], Image: `${sourceImages}:1.0` };

    const { argumentsOf } = handOver({ world });

    expect(argumentsOf('Plan image')).toHaveLength(1);
    expect(imagesIn(world)).toEqual(Array(2).fill(`${target}@${imageDigest}`));
  });

  it('is copied as far as it is missing once a handover was cut off', () => {
    const world = ownImageWorld();
    handOver({ world, failing: { 'Put image': new TaskError('ServerException', 'words') } });

    const { output, argumentsOf } = handOver({ world, executionName: 'second' });

    expect(output).toMatchObject({ outcome: 'Handed over' });
    expect(argumentsOf('Copy layer')).toEqual([]);
    expect([...world.images]).toEqual([`${target}@${imageDigest}`]);
  });

  it('stays where it is, pinned to its digest, where models are shared', () => {
    const world = ownImageWorld(`${sourceImages}:1.0`, sharedWorld());

    const { output, path } = handOver({ world });

    expect(output).toMatchObject({ outcome: 'Handed over' });
    expect(path).not.toContain('Copy layers');
    expect(imagesIn(world)[1]).toBe(`${sourceImages}@${imageDigest}`);
  });
});

function imagesIn({ packages }: HandoverWorld): readonly unknown[] {
  const [registered] = [...packages.values()];
  return containersOf({ source: registered as HandoverWorld['source'] }).map(({ Image }) => Image);
}

describe('a handover that fails', () => {
  it.each([
    'Read source package',
    'Fingerprint source preprocessor',
    'List run',
    'Copy objects',
    'Register copy',
    'Note copy',
    'Record handover',
  ])('in %s says so in the words of AWS, and the next approval takes its claim over', (state) => {
    const task = state === 'Copy objects' ? 'Copy object' : state;
    const words = `User: arn:aws:sts::222222222222:assumed-role/r/s is not authorized to perform: x because no resource-based policy allows the x action`;
    const world = handoverWorld();

    const failed = handOver({
      world,
      failing: { [task]: new TaskError('S3.AccessDenied', words) },
    });
    const next = handOver({ world, executionName: 'second' });

    expect(failed).toMatchObject({
      status: 'FAILED',
      error: 'S3.AccessDenied',
      cause: `${state}: ${words}`,
    });
    expect([...world.records.values()]).toContainEqual(
      expect.objectContaining({ failure: { state, error: 'S3.AccessDenied', reason: words } }),
    );
    expect(next.path).toContain('Take over claim on handover');
    expect(next.status).toBe('SUCCEEDED');
    expect(world.packages.size).toBe(1);
  });

  it('because its copy cannot be looked up makes no second one', () => {
    const world = handoverWorld();
    handOver({ world });
    const throttled = new TaskError('SageMaker.SageMakerException', 'Rate exceeded');

    const failed = handOver({
      world,
      failing: { 'Look up copy': throttled },
      executionName: 'second',
    });

    expect(failed).toMatchObject({ error: throttled.error, cause: 'Look up copy: Rate exceeded' });
    expect(world.packages.size).toBe(1);
  });

  it('because a copy differs registers nothing', () => {
    const world = handoverWorld();
    world.sourceObjects.set(`${folder}dataset/data.csv`, { etag: '"abc-2"', size: 9e6 });

    const { error, cause } = handOver({ world });

    expect(error).toBe('CopyDiffers');
    expect(cause).toBe(
      `Copy objects: The copy of ${folder}dataset/data.csv has neither the entity tag nor a checksum of the source.`,
    );
    expect(world.packages.size).toBe(0);
  });
});

describe('a model that is shared', () => {
  it('is registered here with its archives where they are, and with copies of its records', () => {
    const { output, path, world, argumentsOf } = handOver({ world: sharedWorld() });

    expect(output).toMatchObject({ outcome: 'Handed over', modelPackage: target });
    expect(path.filter((state) => state.startsWith('Fingerprint'))).toEqual([
      'Fingerprint source preprocessor',
      'Fingerprint source model',
    ]);
    expect(argumentsOf('Fingerprint source model')).toEqual([
      { Bucket: originBucket, Key: `${folder}training/job/model.tar.gz` },
    ]);
    expect(argumentsOf('List run')[0]).toMatchObject({ Bucket: sourceBucket, Prefix: folder });
    expect(argumentsOf('Copy object')[0]).toMatchObject({
      CopySource: `${sourceBucket}/${folder}dataset/data.csv`,
    });
    expect([...world.objects.keys()].filter((key) => key.endsWith('.tar.gz'))).toEqual([]);
    expect([...world.objects.keys()]).toContain(`${folder}prepared/test/a b+c.csv`);
    expect(argumentsOf('Register copy')[0]).toMatchObject({
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [
          { ModelDataUrl: `s3://${originBucket}/${folder}prepared/preprocessor/model.tar.gz` },
          { ModelDataUrl: `s3://${originBucket}/${folder}training/job/model.tar.gz` },
        ],
      },
      CustomerMetadataProperties: {
        sourcePackageArn: sourcePackageArn(3),
        sourceDigest: world.source.CustomerMetadataProperties['fingerprint'],
        fingerprint: world.source.CustomerMetadataProperties['fingerprint'],
      },
    });
    const { ModelMetrics, DriftCheckBaselines, CustomerMetadataProperties } = argumentsOf(
      'Register copy',
    )[0] as Record<string, unknown>;
    expect(
      JSON.stringify([ModelMetrics, DriftCheckBaselines, CustomerMetadataProperties]),
    ).not.toMatch(new RegExp(`${sourceBucket}|${originBucket}`));
  });

  it('is refused once an archive was changed where it is', () => {
    const world = sharedWorld();
    world.sourceObjects.set(`${folder}training/job/model.tar.gz`, { etag: '"other"', size: 1 });

    const { error, cause } = handOver({ world });

    expect(error).toBe('Refused');
    expect(cause).toMatch(/not the ones that were evaluated/);
    expect(world.packages.size).toBe(0);
  });

  it('is refused without the record that tells where its records are', () => {
    const world = sharedWorld();
    delete world.source.CustomerMetadataProperties['manifest'];

    const { error, cause } = handOver({ world });

    expect(error).toBe('Refused');
    expect(cause).toMatch(/not registered by the training workflow/);
  });
});
