import { describe, expect, it } from 'vitest';
import { defineProject, ProjectError, type ProjectInput } from './index.ts';

/** A project that has scripts of its own. */
const abalone = defineProject({
  name: 'abalone',
  description: 'Predicts the number of rings of an abalone from its size and weight',
  problem: 'regression',
  code: 'projects/abalone/python',
  dataset: {
    header: false,
    label: 'rings',
    settleSeconds: 3,
    columns: [
      { name: 'sex', type: 'category', values: ['F', 'I', 'M'] },
      { name: 'length', type: 'number', minimum: 0, maximum: 2 },
      { name: 'diameter', type: 'number', minimum: 0, maximum: 2 },
      { name: 'height', type: 'number', minimum: 0, maximum: 3 },
      { name: 'whole_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'shucked_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'viscera_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'shell_weight', type: 'number', minimum: 0, maximum: 10 },
      { name: 'rings', type: 'integer', minimum: 0, maximum: 100 },
    ],
  },
  processing: {
    framework: { name: 'sagemaker-scikit-learn', version: '1.9-0' },
    script: 'preprocess.py',
  },
  training: {
    framework: { name: 'sagemaker-xgboost', version: '3.2-0' },
    script: 'train.py',
    hyperparameters: {
      objective: 'reg:squarederror',
      max_depth: 5,
      eta: 0.2,
      gamma: 4,
      min_child_weight: 6,
      subsample: 0.7,
      num_round: 50,
      early_stopping_rounds: 10,
    },
  },
  evaluation: { script: 'evaluate.py' },
  gate: {
    bounds: [{ metric: 'mse', maximum: 6 }],
    champion: { metric: 'mse', better: 'lower', tolerance: 0.02 },
  },
  registry: { modelPackageGroup: 'AbaloneModelPackageGroup' },
  serving: {
    type: 'instances',
    instanceType: 'ml.m5.large',
    instanceCount: 1,
    rollout: { type: 'all-at-once', bakeSeconds: 300 },
  },
});

const good = structuredClone(abalone) as ProjectInput;

function mistakesOf(change: (project: Record<string, never>) => void): readonly string[] {
  const project = structuredClone(good);
  change(project as unknown as Record<string, never>);
  try {
    defineProject(project);
    return [];
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    return error.mistakes;
  }
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`s${index}`, index]));

describe('defineProject', () => {
  it('fills in the defaults', () => {
    expect(abalone.dataset).toMatchObject({ layout: 'file', delimiter: ',', minimumRows: 100 });
    expect(abalone.serving).toMatchObject({ keepPrevious: 3 });
    expect(defineProject(good)).toEqual(abalone);
  });

  it('lists all mistakes at once: field, rule, the value got, what to change', () => {
    const project: object = {
      ...good,
      name: 'My Project',
      speling: 1,
      problem: 'clustering',
      dataset: { ...good.dataset, label: 'age', settleSeconds: -1 },
      serving: { ...good.serving, rollout: { type: 'canary', size: { percent: 80 } } },
    };

    expect(() => defineProject(project as ProjectInput)).toThrowErrorMatchingInlineSnapshot(`
      [ProjectError: Project My Project has 6 mistakes; nothing was synthesized.
        name: must be lower-case words joined by single hyphens, beginning with a letter; got "My Project".
        problem: must be "regression" or "binary" or "multiclass"; got "clustering".
        dataset.settleSeconds: must be at least 0; got -1.
        serving.rollout.size.percent: must be at most 50; got 80.
        speling: is not a project field; remove or rename it.
        dataset.label: must name a column; there are sex, length, diameter, height, whole_weight, shucked_weight, viscera_weight, shell_weight, rings; got "age".]
    `);
  });

  it.each([
    [{ layout: 'file', marker: '_SUCCESS' }, 'dataset.marker: closes a folder; set dataset.layout'],
    [{ layout: 'folder', marker: 'a/b' }, 'dataset.marker: must be the name of a file'],
    [{ layout: 'folder', marker: '*' }, 'dataset.marker: must be the name of a file'],
    [{ layout: 'folder', marker: '..' }, 'dataset.marker: must be the name of a file'],
    [{ layout: 'folders' }, 'dataset.layout: must be "file" or "folder"; got "folders"'],
  ])('refuses the closing %j', (closing, mistake) => {
    expect(mistakesOf((project) => Object.assign(project['dataset'] ?? {}, closing))).toEqual([
      expect.stringContaining(mistake),
    ]);
  });

  it.each([
    [
      { columns: [{ name: 'a', type: 'number', minimum: 5, maximum: 1 }] },
      'dataset.columns[0].maximum: must be at least the minimum, 5; got 1.',
    ],
    [
      { columns: [{ name: 'a', type: 'number', affix: '-' }] },
      'dataset.columns[0].affix: must be at most ten characters without digits',
    ],
    [
      { columns: [{ name: 'a', type: 'category', values: ['no', 'yes', 'no'] }] },
      'dataset.columns[0].values: may not hold "no" twice',
    ],
  ])('refuses columns that no value fits: %j', (columns, mistake) => {
    expect(
      mistakesOf((project) => Object.assign(project['dataset'] ?? {}, columns)),
    ).toContainEqual(expect.stringContaining(mistake));
  });

  it('refuses three classes of a binary problem', () => {
    const label = { name: 'rings', type: 'category', values: ['a', 'b', 'c'] };
    const dataset = { columns: [{ name: 'length', type: 'number' }, label], label: 'rings' };
    expect(
      mistakesOf((project) =>
        Object.assign(project, { problem: 'binary', dataset: { header: false, ...dataset } }),
      ),
    ).toEqual([
      expect.stringContaining('dataset.columns[1].values: of the label must be two for a binary'),
    ]);
  });

  it('refuses a bound that no metric passes', () => {
    const bounds = [{ metric: 'mse', minimum: 6, maximum: 5 }];
    expect(mistakesOf((project) => Object.assign(project['gate'] ?? {}, { bounds }))).toEqual([
      expect.stringContaining('gate.bounds[0]: has a minimum above its maximum'),
    ]);
  });

  // Lengths and numbers of botocore 1.43.11, `sagemaker/2017-07-24`.
  it('takes the longest settings that jobs take', () => {
    const mistakes = mistakesOf((project) => {
      Object.assign(project['training'] ?? {}, {
        hyperparameters: { ...many(97), text: 'x'.repeat(2_500) },
      });
      Object.assign(project['processing'] ?? {}, {
        arguments: { ...many(50), text: 'x'.repeat(256) },
      });
    });

    expect(mistakes).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a long argument',
      { text: 'x'.repeat(257) },
      'processing.arguments.text: must be at most 256',
    ],
    ['an argument of two lines', { text: 'a\nb' }, 'processing.arguments.text: must be one line'],
    [
      'too many arguments',
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`s${index}`, index])),
      'processing.arguments: ',
    ],
  ])('refuses %s, which SageMaker would refuse', (_what, given, mistake) => {
    const mistakes = mistakesOf((project) => {
      Object.assign(project['processing'] ?? {}, { arguments: given });
    });

    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
  });

  it.each<[string, (project: never) => void, string]>([
    [
      'a reserved word in the name',
      (project: { name: string }) => {
        project.name = 'house-training';
      },
      'name: may not hold the words',
    ],
    [
      'a directive of dates that inspection does not read',
      (project: { dataset: { columns: object[] } }) => {
        project.dataset.columns[0] = { name: 'sex', type: 'date', format: '%Y-%q' };
      },
      "dataset.columns[0].format: must be a format of Python's strptime",
    ],
    [
      'a label that is no column',
      (project: { dataset: { label: string } }) => {
        project.dataset.label = 'age';
      },
      'dataset.label: must name a column; there are sex, length',
    ],
    [
      'a column twice',
      (project: { dataset: { columns: { name: string }[] } }) => {
        const [column] = project.dataset.columns;
        if (column !== undefined) column.name = 'length';
      },
      'dataset.columns[1].name: names a column for the second time',
    ],
    [
      'a missing value that is a value, too',
      (project: { dataset: { columns: { missingValues?: string[] }[] } }) => {
        const [column] = project.dataset.columns;
        if (column !== undefined) column.missingValues = ['?', 'I'];
      },
      'dataset.columns[0].missingValues: may not hold "I", which is one of the column\'s values',
    ],
    [
      'a canary of more than half of the fleet',
      (project: { serving: { rollout: object } }) => {
        project.serving.rollout = { type: 'canary', size: { instances: 1 } };
      },
      'serving.rollout.size.instances: a canary may be at most half of the fleet of 1',
    ],
    [
      "a linear step below AWS's limit",
      (project: { serving: { rollout: object } }) => {
        project.serving.rollout = { type: 'linear', stepPercent: 5 };
      },
      'serving.rollout.stepPercent: must be at least 10; got 5',
    ],
    [
      "a rolling batch above AWS's limit",
      (project: { serving: { rollout: object } }) => {
        project.serving.rollout = { type: 'rolling', batchPercent: 51 };
      },
      'serving.rollout.batchPercent: must be at most 50; got 51',
    ],
    [
      'scaling of burstable instances',
      (project: { serving: { instanceType: string; autoscaling: object } }) => {
        project.serving.instanceType = 'ml.t2.medium';
        project.serving.autoscaling = {
          minimumInstances: 1,
          maximumInstances: 2,
          invocationsPerInstance: 10,
        };
      },
      'serving.instanceType: burstable instances cannot be scaled',
    ],
    [
      'a spot wait shorter than the training',
      (project: { training: { spot: object } }) => {
        project.training.spot = { waitSeconds: 60 };
      },
      'training.spot.waitSeconds: spot.waitSeconds must be at least timeoutSeconds',
    ],
    [
      'a gate without bounds',
      (project: { gate: { bounds: object[] } }) => {
        project.gate.bounds = [{ metric: 'mse' }];
      },
      'gate.bounds[0]: needs a maximum or a minimum',
    ],
    [
      'a rollout that would outlast the history of an execution',
      (project: { serving: { pollSeconds: number; rollout: object } }) => {
        project.serving.pollSeconds = 1;
        project.serving.rollout = { type: 'all-at-once', executionTimeoutSeconds: 28_800 };
      },
      'serving.pollSeconds: must be at least 36',
    ],
    [
      'a pipeline behind a serverless endpoint',
      (project: { serving: object }) => {
        project.serving = serverless;
      },
      'registry.packaging: must be "single-container", because SageMaker has no serverless endpoints of several containers; got "pipeline"',
    ],
    [
      'a pipeline as a shadow variant',
      (project: { serving: { trial: object } }) => {
        project.serving.trial = { type: 'shadow', timeLimitHours: 24, whenTimeIsUp: 'withdraw' };
      },
      'registry.packaging: must be "single-container", because SageMaker has no shadow variants of several containers',
    ],
    [
      'a way to serve without its type',
      (project: { serving: object }) => {
        project.serving = { capturePercent: 100 };
      },
      'serving.type: must be "instances" or "serverless" or "lambda" or "container"; got nothing.',
    ],
    [
      'a shadow whose answers are not captured',
      (project: { serving: { trial: object; capturePercent: number }; registry: object }) => {
        project.registry = { ...project.registry, packaging: 'single-container' };
        project.serving.capturePercent = 0;
        project.serving.trial = { type: 'shadow', timeLimitHours: 24, whenTimeIsUp: 'withdraw' };
      },
      'serving.capturePercent: must be above 0 with a shadow trial',
    ],
    [
      'a trial that gives the live model nothing',
      (project: { serving: { trial: object } }) => {
        project.serving.trial = {
          type: 'ab',
          percent: 100,
          timeLimitHours: 24,
          whenTimeIsUp: 'promote',
        };
      },
      'serving.trial.percent: must be at most 99; got 100',
    ],
    [
      'a trial without an end',
      (project: { serving: { trial: object } }) => {
        project.serving.trial = { type: 'ab', percent: 20, whenTimeIsUp: 'promote' };
      },
      'serving.trial.timeLimitHours: must be of type number; got nothing',
    ],
    [
      'a trial of more than a month',
      (project: { serving: { trial: object } }) => {
        project.serving.trial = {
          type: 'ab',
          percent: 20,
          timeLimitHours: 721,
          whenTimeIsUp: 'promote',
        };
      },
      'serving.trial.timeLimitHours: must be at most 720; got 721',
    ],
  ])('refuses %s', (_what, change, mistake) => {
    const mistakes = mistakesOf(change as (project: Record<string, never>) => void);

    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
  });
});

const serverless = { type: 'serverless', memoryMb: 2048, maxConcurrency: 5 };

describe('a serverless endpoint', () => {
  it('needs a memory size and a concurrency, and has the defaults of promotion', () => {
    const project = defineProject(serverlessProject(serverless));

    expect(project.serving).toEqual({
      ...serverless,
      keepPrevious: 3,
      gatherSeconds: 5,
      pollSeconds: 15,
    });
  });

  it.each<[string, unknown, string]>([
    ['instanceType', 'ml.m5.large', 'SageMaker chooses the machines'],
    ['instanceCount', 1, 'SageMaker starts as many as requests need'],
    ['autoscaling', {}, 'SageMaker scales them by itself'],
    ['rollout', { type: 'all-at-once' }, 'there is no fleet to shift traffic to'],
    ['alarms', {}, 'there is nothing that an alarm could take back'],
    ['capturePercent', 100, 'SageMaker captures no data there'],
    ['network', {}, 'SageMaker does not place them in a VPC'],
    ['volumeKmsKeyArn', 'arn:aws:kms:k', 'there are no volumes'],
    ['trial', {}, 'SageMaker gives them one variant and no shadow'],
  ])('has no %s', (field, value, reason) => {
    const mistakes = mistakesOf((project) => {
      Object.assign(project, serverlessProject({ ...serverless, [field]: value }));
    });

    expect(mistakes).toEqual([
      expect.stringMatching(
        new RegExp(`^serving\\.${field}: is not for serverless endpoints: .*${reason}`),
      ),
    ]);
  });

  it.each<[string, object, string]>([
    [
      'memory between two sizes',
      { memoryMb: 1500 },
      'serving.memoryMb: must be a multiple of 1024',
    ],
    ['too much memory', { memoryMb: 7168 }, 'serving.memoryMb: must be at most 6144'],
    [
      'too much concurrency',
      { maxConcurrency: 201 },
      'serving.maxConcurrency: must be at most 200',
    ],
    [
      'more provisioned than allowed',
      { provisionedConcurrency: 6 },
      'serving.provisionedConcurrency: must be at most maxConcurrency, which is 5; got 6',
    ],
  ])('refuses %s', (_what, change, mistake) => {
    const mistakes = mistakesOf((project) => {
      Object.assign(project, serverlessProject({ ...serverless, ...change }));
    });

    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
  });
});

it('takes one instance, to which a new model takes over at once, unless the project says otherwise', () => {
  const project = defineProject({ ...good, serving: { type: 'instances', capturePercent: 100 } });

  expect(project.serving).toMatchObject({
    instanceType: 'ml.m5.large',
    instanceCount: 1,
    rollout: { type: 'all-at-once', bakeSeconds: 300 },
    capturePercent: 100,
  });
});

function serverlessProject(serving: object): ProjectInput {
  return {
    ...good,
    registry: { ...good.registry, packaging: 'single-container' },
    serving: serving as ProjectInput['serving'],
  };
}

const orderedBy = (orderBy: string) => () =>
  defineProject({
    ...good,
    problem: 'binary',
    dataset: { ...good.dataset, label: 'dropped' },
    target: {
      derived: {
        type: 'dropped-by-next',
        groupBy: 'rings',
        orderBy,
        columns: ['sex'],
        absent: ['I'],
      },
    },
  });

describe('a derived target', () => {
  it('takes numbers as an order', () => {
    expect(orderedBy('length')).not.toThrow('orderBy');
  });

  it('does not take texts, of which 10 would come before 9', () => {
    expect(orderedBy('sex')).toThrow(
      'target.derived.orderBy: must name a column of numbers or dates; sex is of type category',
    );
  });
});
