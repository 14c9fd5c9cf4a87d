import { describe, expect, it } from 'vitest';
import {
  evaluationSchema,
  inspectionReplySchema,
  layOutKeys,
  modelPackageStateChangeSchema,
  nameProjectParameter,
  objectCreatedSchema,
  observedEventSchema,
  selectApprovals,
  selectClosings,
  selectObserved,
  selectUploads,
  selectUploadsOutside,
  smokeTestRequestSchema,
} from './index.ts';

describe('the key layout', () => {
  it('keeps the parts of a project apart', () => {
    expect(layOutKeys('abalone')).toEqual({
      incoming: 'incoming/abalone/',
      reference: 'reference/abalone/',
      runs: 'runs/abalone/',
      quarantine: 'quarantine/abalone/',
      captured: 'captured/abalone/',
      scoring: 'scoring/abalone/',
      scoringRequests: 'scoring-requests/abalone/',
      scored: 'scored/abalone/',
      labels: 'labels/abalone/',
      monitoring: 'monitoring/abalone/',
    });
    expect(nameProjectParameter('dev', 'abalone')).toBe('/stepmill/dev/abalone');
  });
});

describe('selections', () => {
  it('takes uploads below a prefix', () => {
    expect(selectUploads('b', 'incoming/abalone/')).toEqual({
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: ['b'] }, object: { key: [{ prefix: 'incoming/abalone/' }] } },
    });
  });

  it('matches the markers of folders below a prefix, and a marker outside of a folder', () => {
    expect(selectClosings('b', 'incoming/abalone/', '_SUCCESS').detail).toEqual({
      bucket: { name: ['b'] },
      object: { key: [{ wildcard: 'incoming/abalone/*/_SUCCESS' }, 'incoming/abalone/_SUCCESS'] },
    });
  });

  it('takes uploads below none of the prefixes', () => {
    expect(selectUploadsOutside('b', ['runs/', 'incoming/abalone/']).detail).toEqual({
      bucket: { name: ['b'] },
      object: { key: [{ 'anything-but': { prefix: ['runs/', 'incoming/abalone/'] } }] },
    });
  });

  it('takes approvals and rejections, not changes of metadata', () => {
    expect(selectApprovals('g').detail).toEqual({
      ModelPackageGroupName: ['g'],
      ModelApprovalStatus: ['Approved', 'Rejected'],
      $or: [
        { UpdatedModelPackageFields: ['ModelApprovalStatus'] },
        { UpdatedModelPackageFields: [{ exists: false }] },
      ],
    });
  });

  it('takes everything that happens to a project', () => {
    const selection = selectObserved({
      stateMachineArns: ['arn:machine'],
      jobNamePrefixes: ['abalone-train-'],
      modelPackageGroupName: 'g',
      endpointName: 'abalone',
    });

    expect(selection).toMatchSnapshot('observed');
  });
});

describe('schemas', () => {
  it('reads an upload with the parts that are used', () => {
    const event = {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      id: 'i',
      time: 't',
      detail: {
        version: '0',
        bucket: { name: 'b' },
        object: { key: 'incoming/day 1/a+b.csv', size: 1, etag: 'e', 'version-id': 'v' },
        reason: 'PutObject',
      },
    };

    expect(objectCreatedSchema.parse(event).detail.object.key).toBe('incoming/day 1/a+b.csv');
  });

  it('refuses an approval status that SageMaker does not have', () => {
    const detail = {
      ModelPackageGroupName: 'g',
      ModelPackageVersion: 1,
      ModelPackageArn: 'a',
      ModelApprovalStatus: 'Maybe',
    };
    const event = {
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Model Package State Change',
      id: 'i',
      time: 't',
      detail,
    };

    expect(modelPackageStateChangeSchema.safeParse(event).success).toBe(false);
    expect(observedEventSchema.safeParse(event).success).toBe(false);
  });

  it('reads an evaluation with a champion', () => {
    const metrics = { regression_metrics: { mse: { value: 4, standard_deviation: 0.3 } } };

    expect(evaluationSchema.parse({ ...metrics, version: 0, champion: metrics })).toEqual({
      ...metrics,
      version: 0,
      champion: metrics,
    });
  });

  it('distinguishes an accepted dataset from a rejected one', () => {
    const rejected = { accepted: false, reason: 'r', problems: [] };

    expect(inspectionReplySchema.parse(rejected)).toEqual(rejected);
    expect(inspectionReplySchema.safeParse({ accepted: true, reason: 'r' }).success).toBe(false);
  });

  it('fills in the defaults of a smoke test', () => {
    const request = { mode: 'verify', endpointName: 'e', bucket: 'b', key: 'k' };

    expect(smokeTestRequestSchema.parse(request)).toEqual({ ...request, baseline: [], rounds: 1 });
  });
});
