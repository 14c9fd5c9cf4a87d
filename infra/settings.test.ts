import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { defineProject, type ProjectInput } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { titanic } from '../projects/titanic/project.ts';
import { readSettings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

/** The mistakes in the context, a sentence per line. */
function mistakesOf(context: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    readSettings(new App({ context: { ...context } }), [abalone]);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split('\n').slice(1);
  }
}

describe('the settings', () => {
  it('name every mistake at once, with its rule, its value and what to change', () => {
    const mistakes = mistakesOf({
      environment: 'Prod Env!',
      retain: 'maybe',
      notify: 'not-an-address',
      commit: 'HEAD',
      serving: '{"abalne":{},"abalone":{"instanceCount":0}}',
      destroydata: 'prod',
    });

    expect(mistakes).toEqual([
      '  -c destroydata: is not a setting of Stepmill. Did you mean -c destroyData?',
      '  -c environment: must be at most 12 lower-case letters and digits, beginning with a letter, for example staging; got "Prod Env!".',
      '  -c retain: must be true or false; got "maybe".',
      '  -c notify: "not-an-address" is neither a mail address nor an https address; give several with commas between them.',
      '  -c commit: must be a commit id: 7 to 40 lower-case hexadecimal digits; got "HEAD".',
      '  -c serving: there is no project "abalne"; the projects are abalone.',
      expect.stringMatching(/^ {2}-c serving: abalone: serving\.instanceCount: must be .*got 0\.$/),
    ]);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['environment', 'a'.repeat(13), /-c environment: must be at most 12 .*got "a{13}"/],
    ['environment', 5, /-c environment: must be text, for example staging; got 5\./],
    ['environment', '', /-c environment: must be at most 12 .*got ""\./],
    ['notify', ['a@example.org'], /-c notify: must be addresses with commas .*got \["a@/],
    ['serving', 'canary', /-c serving: must be settings .* as JSON, .*got "canary"\./],
    ['serving', '{"abalone":5}', /-c serving: abalone: must be an object of settings; got 5\./],
    ['compute', 'lamda', /-c compute: must be "sagemaker", .* as JSON, .*got "lamda"\./],
    ['compute', '["lambda"]', /-c compute: must be "sagemaker", .*got \["lambda"\]\./],
    ['compute', '{"abalone":5}', /-c compute: must be "sagemaker", .*got \{"abalone":5\}\./],
    ['compute', '{"abalne":"lambda"}', /-c compute: there is no project "abalne"; the projects/],
    [
      'compute',
      '{"abalone":"lamda"}',
      /-c compute: abalone: compute.*: must be "sagemaker", "farg/,
    ],
    [
      'compute',
      '{"abalone":{"type":"lambda","memoryMb":20480}}',
      /-c compute: abalone: compute\.memoryMb: .*at most 10240, Lambda's limit; with more, use/,
    ],
    ['compute', '{"abalone":{"type":"lambda","oneJob":"yes"}}', /-c compute: abalone: oneJob: /],
    ['serving', 'x'.repeat(200), /got "x{79}…\.$/],
    ['monitoring', '[]', /-c monitoring: must be settings of monitoring .* as JSON/],
    ['retraining', '{"snails":{}}', /-c retraining: there is no project "snails"/],
    [
      'retraining',
      '{"abalone":{"coolDownHours":0}}',
      /-c retraining: abalone: retraining\.coolDownHours: must be .*got 0\.$/,
    ],
    ['destroyData', 'prod', /-c destroyData: is "prod", but the environment is "dev"/],
  ])('of %s %j are reported in one sentence', (name, value, sentence) => {
    const mistakes = mistakesOf({ [name]: value });

    expect(mistakes).toEqual([expect.stringMatching(sentence)]);
  });

  it('protect the data of production in a sentence', () => {
    expect(mistakesOf({ environment: 'prod', retain: 'false' })).toEqual([
      '  -c retain: is false, but "prod" is a production environment: deleting its stack would delete its data, models and logs. To allow that, pass -c retain=false -c destroyData=prod.',
    ]);
  });

  it('replace where every step of every project runs', () => {
    const split = defineProject({
      ...(titanic as ProjectInput),
      compute: 'fargate',
      oneJob: false,
      evaluation: { compute: 'lambda' },
    });
    const app = new App({ context: { compute: 'lambda' } });

    const { projects } = readSettings(app, [abalone, split]);

    expect(projects.map(({ compute, evaluation }) => [compute.type, evaluation.compute])).toEqual([
      ['lambda', undefined],
      ['lambda', undefined],
    ]);
  });

  it('replace where the steps of one project run, with sizes and in one job', () => {
    const compute = '{"titanic":{"type":"fargate","vcpu":4,"memoryMb":16384,"oneJob":true}}';
    const app = new App({ context: { compute } });

    const { projects } = readSettings(app, [abalone, titanic]);

    expect(projects[0]).toEqual(abalone);
    expect(projects[1]).toEqual(
      defineProject({
        ...(titanic as ProjectInput),
        compute: { type: 'fargate', vcpu: 4, memoryMb: 16_384 },
        oneJob: true,
      }),
    );
  });

  it('refuse a compute where a project cannot train there', () => {
    const large = defineProject({
      ...(titanic as ProjectInput),
      training: { instanceType: 'ml.m5.4xlarge', timeoutSeconds: 7_200 },
    });
    const read = () => readSettings(new App({ context: { compute: 'lambda' } }), [abalone, large]);

    expect(read).toThrow(
      /-c compute: titanic: training\.instanceType: is SageMaker's, and the step runs on "lambda"/,
    );
    expect(read).toThrow(
      /-c compute: titanic: training\.timeoutSeconds: must be at most 900 on "lambda"/,
    );
    expect(read).not.toThrow(/-c compute: abalone/);
  });

  it.each([
    ['enviroment', 'environment'],
    ['enviorment', 'environment'],
    ['Environment', 'environment'],
    ['env', 'environment'],
    ['destroy-data', 'destroyData'],
    ['retian', 'retain'],
    ['notfy', 'notify'],
    ['commmit', 'commit'],
    ['servings', 'serving'],
    ['computes', 'compute'],
  ])('take %s for a misspelled %s', (name, meant) => {
    expect(mistakesOf({ [name]: 'prod' })).toEqual([
      `  -c ${name}: is not a setting of Stepmill. Did you mean -c ${meant}?`,
    ]);
  });

  it.each([
    '@aws-cdk/aws-iam:minimizePolicies',
    'aws:cdk:bundling-stacks',
    'aws-cdk:enableDiffNoFail',
    'availability-zones:account=1:region=eu-west-1',
    'acknowledged-issue-numbers',
    'cli-telemetry',
  ])('do not report %s, which belongs to the CDK', (name) => {
    const app = new App({ context: { [name]: true } });

    readSettings(app, [abalone]);

    expect(app.node.metadata).toEqual([]);
  });

  it('change the blocks of a project, and add those that it has not', () => {
    const changed = readSettings(
      new App({
        context: {
          serving: '{"abalone":{"capturePercent":100}}',
          monitoring: { abalone: {} },
          retraining: { abalone: { maximumPerMonth: 2 } },
        },
      }),
      [abalone],
    ).projects[0];

    expect(changed).toMatchObject({
      serving: { capturePercent: 100, instanceCount: abalone.serving.instanceCount },
      retraining: { maximumPerMonth: 2, triggers: ['drift', 'quality'] },
      monitoring: { windowHours: 24 },
    });
  });

  it('put another type of serving in the place of the whole block, and keep how models are promoted', () => {
    const [changed] = readSettings(
      new App({ context: { serving: { abalone: { type: 'lambda', memoryMb: 2048 } } } }),
      [defineProject({ ...abalone, serving: { ...abalone.serving, keepPrevious: 7 } })],
    ).projects;

    expect(changed?.serving).toMatchObject({
      type: 'lambda',
      memoryMb: 2048,
      keepPrevious: 7,
      rollout: { type: 'all-at-once', bakeSeconds: 300 },
    });
    expect(changed?.serving).not.toHaveProperty('instanceType');
  });

  it('name every mistake of another type of serving', () => {
    const serving = { abalone: { type: 'container', vcpu: 3, trial: {}, taskCount: 0 } };

    expect(mistakesOf({ serving })).toEqual([
      expect.stringMatching(/serving\.vcpu: must be 0\.25, 0\.5, .*got 3\.$/),
      expect.stringMatching(/serving\.taskCount: must be at least 1; got 0\.$/),
      expect.stringMatching(/serving\.trial: is not for containers: /),
    ]);
  });

  it('report a name that resembles none of them', () => {
    const app = new App({ context: { color: 'blue' } });

    readSettings(app, [abalone]);

    expect(app.node.metadata.map(({ data }) => String(data))).toEqual([
      expect.stringMatching(/^-c color is not a setting of Stepmill and changes nothing\./),
    ]);
  });
});
