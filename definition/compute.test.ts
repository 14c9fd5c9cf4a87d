import { describe, expect, it } from 'vitest';
import { abalone } from '../projects/abalone/project.ts';
import {
  defineProject,
  findCompute,
  findTimeLimit,
  ProjectError,
  type ProjectInput,
} from './index.ts';

function define(changes: object) {
  return defineProject({ ...(abalone as ProjectInput), ...changes });
}

function mistakesOf(changes: object): readonly string[] {
  try {
    define(changes);
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes;
  }
}

describe('where the steps of a project run', () => {
  it('is SageMaker, unless it says otherwise', () => {
    expect(findCompute(abalone, 'train')).toEqual({ type: 'sagemaker' });
    expect(findTimeLimit(abalone, 'train')).toBe(3600);
  });

  it('is a name, or a name with sizes, and a step may have its own', () => {
    const project = define({
      compute: 'lambda',
      training: { ...abalone.training, compute: { type: 'fargate', vcpu: 4, memoryMb: 8_192 } },
    });

    expect(findCompute(project, 'prepare')).toEqual({
      type: 'lambda',
      memoryMb: 3_008,
      ephemeralStorageMb: 2_048,
    });
    expect(findCompute(project, 'train')).toEqual({
      type: 'fargate',
      vcpu: 4,
      memoryMb: 8_192,
      ephemeralStorageGb: 20,
      spot: false,
    });
    expect(findCompute(project, 'compare')).toEqual(findCompute(project, 'evaluate'));
    expect([findTimeLimit(project, 'prepare'), findTimeLimit(project, 'train')]).toEqual([
      900, 3600,
    ]);
  });

  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
  it.each([
    [0.25, 512],
    [0.25, 2_048],
    [0.5, 1_024],
    [0.5, 4_096],
    [1, 2_048],
    [2, 16_384],
    [4, 30_720],
    [8, 61_440],
    [16, 122_880],
    [32, 61_440],
    [32, 122_880],
    [32, 249_856],
  ])('may be %d vCPU with %d MB of Fargate', (vcpu, memoryMb) => {
    expect(mistakesOf({ compute: { type: 'fargate', vcpu, memoryMb } })).toEqual([]);
  });

  it.each([
    [
      { compute: { type: 'fargate', vcpu: 2, memoryMb: 2_048 } },
      'compute.memoryMb: must be from 4096 to 16384 in steps of 1024 with 2 vCPU, because Fargate has no other sizes; change it or vcpu; got 2048.',
    ],
    [
      { compute: { type: 'fargate', vcpu: 8, memoryMb: 17_408 } },
      'compute.memoryMb: must be from 16384 to 61440 in steps of 4096 with 8 vCPU, because Fargate has no other sizes; change it or vcpu; got 17408.',
    ],
    [
      { compute: { type: 'fargate', vcpu: 0.25, memoryMb: 3_072 } },
      'compute.memoryMb: must be 512, 1024 or 2048 with 0.25 vCPU, because Fargate has no other sizes; change it or vcpu; got 3072.',
    ],
    [
      { compute: { type: 'fargate', vcpu: 32, memoryMb: 65_536 } },
      'compute.memoryMb: must be 61440, 122880 or 249856 with 32 vCPU, because Fargate has no other sizes; change it or vcpu; got 65536.',
    ],
    [
      { compute: { type: 'fargate', vcpu: 3 } },
      'compute.vcpu: must be 0.25, 0.5, 1, 2, 4, 8, 16 or 32, the sizes that Fargate has; got 3.',
    ],
    [
      { compute: { type: 'lambda', memoryMb: 10_241 } },
      `compute.memoryMb: must be at most 10240, Lambda's limit; with more, use compute "fargate"; got 10241.`,
    ],
    [
      { compute: { type: 'lambda', ephemeralStorageMb: 20_000 } },
      `compute.ephemeralStorageMb: must be at most 10240, Lambda's limit; with more, use compute "fargate"; got 20000.`,
    ],
    [
      { compute: 'lambda', training: { ...abalone.training, timeoutSeconds: 1_800 } },
      `training.timeoutSeconds: must be at most 900 on "lambda", Lambda's limit; lower it, or use compute "fargate" or "sagemaker"; got 1800.`,
    ],
    [
      { compute: 'fargate', processing: { instanceType: 'ml.m5.xlarge' } },
      `processing.instanceType: is SageMaker's, and the step runs on "fargate", which has no instance types; set vcpu and memoryMb of compute, or remove it; got "ml.m5.xlarge".`,
    ],
    [
      { evaluation: { compute: 'lambda', volumeSizeGb: 50 } },
      `evaluation.volumeSizeGb: is SageMaker's, and the step runs on "lambda"; set ephemeralStorageMb of compute, or remove it; got 50.`,
    ],
    [
      { compute: 'fargate', training: { ...abalone.training, instanceCount: 2 } },
      'training.instanceCount: must be 1 on "fargate", where a step has one container; remove it, or use compute "sagemaker"; got 2.',
    ],
    [
      {
        compute: 'fargate',
        training: { ...abalone.training, spot: { waitSeconds: 7_200 } },
      },
      `training.spot: is SageMaker's managed spot training, and the step runs on "fargate"; set spot: true of compute; got {"waitSeconds":7200}.`,
    ],
    [
      {
        compute: 'lambda',
        processing: { framework: { name: 'sagemaker-scikit-learn', version: '1.4-2' } },
      },
      `processing.framework: must be sagemaker-scikit-learn 1.9-0 and sagemaker-xgboost 3.2-0 on "lambda", the libraries of images/trainer; change it, or use compute "sagemaker"; got {"name":"sagemaker-scikit-learn","version":"1.4-2"}.`,
    ],
    [
      { oneJob: true, training: { ...abalone.training, instanceCount: 2 } },
      'training.instanceCount: must be 1, because oneJob runs all steps in one container; remove it, or oneJob; got 2.',
    ],
    [
      { oneJob: true, processing: { instanceType: 'ml.m5.xlarge' } },
      'processing.instanceType: has no effect, because oneJob runs all steps on the instance of training; set instanceType of training, or remove oneJob; got "ml.m5.xlarge".',
    ],
    [
      {
        oneJob: true,
        processing: { framework: { name: 'sagemaker-scikit-learn', version: '1.4-2' } },
      },
      'processing.framework: must be sagemaker-scikit-learn 1.9-0 and sagemaker-xgboost 3.2-0 with oneJob, the libraries of images/trainer; change it, or remove oneJob; got {"name":"sagemaker-scikit-learn","version":"1.4-2"}.',
    ],
    [
      {
        oneJob: true,
        training: { ...abalone.training, spot: { waitSeconds: 7_200 } },
      },
      'training.spot.waitSeconds: must be at least 10800, the timeoutSeconds of all steps together, because oneJob runs them in one job; raise it, or lower timeoutSeconds; got 7200.',
    ],
    [
      {
        code: 'own',
        oneJob: true,
        training: {
          hyperparameters: Object.fromEntries([...Array(81).keys()].map((at) => [`p${at}`, at])),
        },
      },
      'training.hyperparameters: must be at most 80 with oneJob on "sagemaker", whose jobs have 100, and the steps take some of them; remove some, or oneJob; got 81.',
    ],
    [
      { compute: 'lambda', oneJob: true, evaluation: { compute: 'fargate' } },
      'evaluation.compute: must be that of training, because oneJob runs all steps in one container; remove it, or oneJob; got {"type":"fargate","vcpu":2,"memoryMb":8192,"ephemeralStorageGb":20,"spot":false}.',
    ],
    [
      {
        code: 'own',
        training: { hyperparameters: { text: 'x'.repeat(2_500), more: 'y'.repeat(1_000) } },
        compute: 'fargate',
      },
      'on "fargate", whose RunTask takes 8192 of overrides, and has',
    ],
    [
      { compute: 'batch' },
      'compute.type: must be "sagemaker", "fargate" or "lambda", or an object with that as its type; got "batch".',
    ],
  ])('is refused where it cannot be: %#', (changes, sentence) => {
    expect(mistakesOf(changes).join('\n')).toContain(sentence);
  });
});
