import { readFileSync } from 'node:fs';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigInput, defineConfig } from '../definition/index.ts';
import { abalone } from '../projects/abalone/project.ts';
import { titanic } from '../projects/titanic/project.ts';
import { addStacks } from './app.ts';
import { readEnvironments } from './environment-settings.ts';
import { ProjectStack } from './project-stack.ts';
import { SettingsError } from './settings-error.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { readDefinition } from './testing/project-stack.testing.ts';

const region = 'eu-west-1';
const dev = { account: '111111111111', region, promotesTo: 'prod' } as const;
const prod = { account: '222222222222', region } as const;

function read(environments: ConfigInput['environments'], context: object = {}) {
  const app = new App({ context: { ...context } });
  return readEnvironments(app, [abalone, titanic], defineConfig({ environments }));
}

/** Of environments that the types may refuse as well. */
function mistakesOf(environments: object, context: object = {}): readonly string[] {
  try {
    read(environments as ConfigInput['environments'], context);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.mistakes;
  }
}

describe('the settings of environments', () => {
  it('are those of the file, and know the environment before and after', () => {
    const [first, second] = read({
      dev,
      prod: {
        ...prod,
        retain: true,
        notify: ['ml@example.com'],
        origins: ['https://a.example.com', 'https://b.example.com'],
        console: false,
        compute: { abalone: 'lambda' },
        serving: { abalone: { instanceCount: 2 } },
      },
    });

    const places = {
      dev: { environment: 'dev', account: dev.account, region },
      prod: { environment: 'prod', account: prod.account, region },
    };
    expect(first).toMatchObject({
      place: places.dev,
      to: places.prod,
      declared: { approval: false },
    });
    expect(first).not.toHaveProperty('from');
    expect(second).toMatchObject({
      place: places.prod,
      from: places.dev,
      declared: { approval: true },
    });
    expect(second?.settings).toMatchObject({
      environment: 'prod',
      retain: true,
      notify: [{ kind: 'email', address: 'ml@example.com' }],
      origins: ['https://a.example.com', 'https://b.example.com'],
      console: false,
      projects: [
        { serving: { instanceCount: 2 }, compute: { type: 'lambda' } },
        { serving: { instanceCount: 1 } },
      ],
    });
  });

  it('stand below those of the context', () => {
    const [only, ...others] = read(
      {
        dev,
        prod: {
          ...prod,
          console: true,
          serving: { abalone: { instanceCount: 2, keepPrevious: 9 } },
        },
      },
      { environment: 'prod', console: false, serving: '{"abalone":{"instanceCount":4}}' },
    );

    expect(others).toEqual([]);
    expect(only?.settings).toMatchObject({
      environment: 'prod',
      console: false,
      projects: [{ serving: { instanceCount: 4, keepPrevious: 9 } }, {}],
    });
  });

  it('give way to another type of serving in the context', () => {
    const [only] = read(
      { dev: { ...dev, promotesTo: undefined, serving: { abalone: { instanceCount: 2 } } } },
      { serving: { abalone: { type: 'lambda' } } },
    );

    expect(only?.settings.projects[0]?.serving).toMatchObject({ type: 'lambda' });
  });

  it('name every mistake of every environment, and where it is', () => {
    const environments = {
      dev: { ...dev, origins: ['http://x'], serving: { abalone: { instanceCont: 2 }, abalon: {} } },
      prod: { ...prod, retain: false, monitoring: { titanic: { windowHours: 0 } } },
    };

    expect(mistakesOf(environments, { commit: 'x', enviroment: 'prod' })).toMatchInlineSnapshot(`
      [
        "-c enviroment: is not a setting of Stepmill. Did you mean -c environment?",
        "-c commit: must be a commit id: 7 to 40 lower-case hexadecimal digits; got "x".",
        "stepmill.config.ts: environments.dev.origins: has an address with a path or without https; give origins such as https://ml.example.com, with commas between them.",
        "stepmill.config.ts: environments.dev.serving.abalon: there is no project "abalon"; the projects are abalone, titanic.",
        "stepmill.config.ts: environments.dev.serving.abalone.instanceCont: is not a project field; did you mean instanceCount?",
        "stepmill.config.ts: environments.prod.retain: is false, but "prod" is a production environment: deleting its stack would delete its data, models and logs. To allow that, pass -c retain=false -c destroyData=prod.",
        "stepmill.config.ts: environments.prod.monitoring.titanic.windowHours: must be at least 0.1; got 0.",
      ]
    `);
  });

  it.each([
    [{}, {}, true],
    [{ compute: 'lambda' }, {}, false],
    [{ compute: { titanic: 'fargate' } }, {}, true],
    [{ encryption: undefined }, {}, false],
    [{ account: prod.account }, {}, false],
    [{ encryption: 'kms' }, { encryption: 's3' }, true],
  ])(
    'refuse keys of S3 where SageMaker writes what another account reads: %j %j',
    (fields, context, isRefused) => {
      const environments = { dev: { ...dev, encryption: 's3', ...fields }, prod };

      const [mistake, ...others] = mistakesOf(environments, context);

      expect(others).toEqual([]);
      if (!isRefused) return expect(mistake).toBeUndefined();
      const place =
        'encryption' in context
          ? '-c encryption'
          : 'stepmill.config.ts: environments.dev.encryption';
      const names = 'compute' in fields ? 'abalone' : 'abalone, titanic';
      expect(mistake).toBe(
        `${place}: must be kms: models go to another account, which cannot read what SageMaker writes without a key of the bucket (compute of ${names}); remove it, or train on Lambda or Fargate; got "s3".`,
      );
    },
  );

  it('know the environments of the file only', () => {
    expect(mistakesOf({ dev, prod }, { environment: 'staging' })).toEqual([
      '-c environment: must be an environment of stepmill.config.ts, which are dev, prod; got "staging".',
    ]);
  });
});

describe('the stacks of an app with environments', () => {
  let app: App;
  const begun: string[] = [];

  beforeAll(() => {
    app = new App({ outdir: makeTemporaryFolder('environments'), context: { console: false } });
    const config = defineConfig({
      environments: { dev, prod: { ...prod, serving: documentedServing() } },
    });
    addStacks(app, [abalone], {
      console: true,
      config,
      onEnvironment: (name) => begun.push(name),
    });
    app.synth();
  });

  const stackOf = (environment: string): ProjectStack => {
    const stage = app.node.findChild(environment);
    expect(Stage.isStage(stage)).toBe(true);
    return stage.node.findChild(`stepmill-${environment}-abalone`) as ProjectStack;
  };

  it('are stages of their own, each in its account and region, with names as without the file', () => {
    const places = ['dev', 'prod'].map((name) => {
      const { stackName, environment } = stackOf(name);
      return [stackName, environment];
    });

    expect(places).toEqual([
      ['stepmill-dev-abalone', `aws://${dev.account}/${region}`],
      ['stepmill-prod-abalone', `aws://${prod.account}/${region}`],
    ]);
    expect(app.node.children.filter((child) => Stack.isStack(child))).toEqual([]);
  });

  it('are announced by environment', () => {
    expect(begun).toEqual(['dev', 'prod']);
  });

  it('are judged as all stacks are', () => {
    const stage = app.node.findChild('prod');

    expect(stage.node.validate()).toEqual([]);
    expect(stageFindings(stage as Stage)).toEqual([]);
  });

  it('serve in production as the example of docs/delivery.md says: two instances, and target tracking', () => {
    const [inDev, inProd] = ['dev', 'prod'].map((environment) =>
      readDefinition(stackOf(environment), 'Promotion'),
    );

    expect(inDev).toMatch(/InitialInstanceCount\\*": ?1\b/);
    expect(inDev).not.toContain('putScalingPolicy');
    for (const said of [
      /InitialInstanceCount\\*": ?2\b/,
      /"ScalableDimension": ?"sagemaker:variant:DesiredInstanceCount"/,
      /"MinCapacity": ?2\b/,
      /"MaxCapacity": ?4\b/,
      /"PredefinedMetricType": ?"SageMakerVariantInvocationsPerInstance"/,
      /"TargetValue": ?500\b/,
    ]) {
      expect(inProd).toMatch(said);
    }
  });

  it('have the settings of their environment', () => {
    const groups = Template.fromStack(stackOf('prod')).findResources(
      'AWS::SageMaker::ModelPackageGroup',
    );

    expect(Object.values(groups)).toMatchObject([
      { Properties: { ModelPackageGroupName: 'prod--AbaloneModelPackageGroup' } },
    ]);
  });
});

/** The block `serving` of the example, which has names and numbers only. */
function documentedServing(): Record<string, object> {
  const page = readFileSync('docs/delivery.md', 'utf8');
  const [, block] = /\n {6}serving: (\{.*?\n {6}\}),\n/s.exec(page) ?? [];
  const json = (block ?? '').replaceAll(/(\w+):/g, '"$1":').replaceAll(/,(\s*\})/g, '$1');
  return JSON.parse(json) as Record<string, object>;
}

/** What cdk-nag reports in the stage. */
function stageFindings(stage: Stage): unknown[] {
  return stage.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === 'aws:cdk:error')
    .map(({ data }) => data);
}
