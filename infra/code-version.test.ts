import { describe, expect, it } from 'vitest';
import { type Project } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { versionCode } from './code-version.ts';

const { split, dataset, processing, training, evaluation, gate, registry, serving } = abalone;
const version = versionCode(abalone, 'hash');

function versionWith(changes: Partial<Project>): string {
  return versionCode({ ...abalone, ...changes }, 'hash');
}

describe('the code version', () => {
  it('stays as long as nothing changes', () => {
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(versionCode(structuredClone(abalone), 'hash')).toBe(version);
  });

  it('changes with the scripts', () => {
    expect(versionCode(abalone, 'another')).not.toBe(version);
  });

  it.each<[string, Partial<Project>]>([
    ['the problem', { problem: 'binary' }],
    ['the columns', { dataset: { ...dataset, columns: dataset.columns.slice(1) } }],
    ['the target', { target: { derived: { type: 'is', column: 'sex', values: ['M'] } } }],
    ['the groups of the split', { split: { ...split, groupBy: 'sex' } }],
    ['the image that prepares', { processing: { ...processing, framework: training.framework } }],
    ['the split', { processing: { ...processing, arguments: { 'test-share': 0.3 } } }],
    ['a hyperparameter', { training: { ...training, hyperparameters: { eta: 0.1 } } }],
    ['how many instances train together', { training: { ...training, instanceCount: 2 } }],
    ['the evaluation', { evaluation: { ...evaluation, arguments: { resamples: 10 } } }],
    [
      'the gate',
      { gate: { ...gate, bounds: [{ metric: 'mse', maximum: 5, over: 'test', at: 'value' }] } },
    ],
    ['the packaging', { registry: { ...registry, packaging: 'single-container' } }],
    ['the group', { registry: { ...registry, modelPackageGroup: 'Another' } }],
    ['the approval', { registry: { ...registry, approval: 'automatic' } }],
    ['the content types', { registry: { ...registry, contentTypes: ['text/plain'] } }],
  ])('changes with %s', (_what, changes) => {
    expect(versionWith(changes)).not.toBe(version);
  });

  it('changes with a hyperparameter that has the name of a machine setting', () => {
    const [one, two] = [1, 2].map((spot) =>
      versionWith({ training: { ...training, hyperparameters: { spot } } }),
    );

    expect(one).not.toBe(two);
  });

  it.each<[string, Partial<Project>]>([
    ['how long a burst settles', { dataset: { ...dataset, settleSeconds: 60 } }],
    [
      'the machines that prepare',
      {
        processing: {
          ...processing,
          instanceType: 'ml.m5.4xlarge',
          volumeSizeGb: 100,
          timeoutSeconds: 60,
        },
      },
    ],
    [
      'the machines that train',
      {
        training: {
          ...training,
          instanceType: 'ml.m5.4xlarge',
          volumeSizeGb: 100,
          timeoutSeconds: 60,
          spot: { waitSeconds: 7200 },
        },
      },
    ],
    ['the machines that evaluate', { evaluation: { ...evaluation, instanceType: 'ml.m5.xlarge' } }],
    ['how the model is served', { serving: { ...serving, keepPrevious: 5 } }],
    ['the description', { description: 'Another one' }],
  ])('stays with %s', (_what, changes) => {
    expect(versionWith(changes)).toBe(version);
  });
});
