import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ConfigInput, Environment } from './config.ts';
import { ConfigError } from './config-error.ts';
import { defineConfig } from './define-config.ts';

const dev = { account: '111111111111', region: 'eu-west-1' } as const;
const staging = { ...dev, account: '222222222222' } as const;
const prod = { ...dev, account: '333333333333' } as const;
const connection = {
  connection: 'arn:aws:codeconnections:eu-west-1:444444444444:connection/1a2b-3c',
  repository: 'team/models',
};

/** Of an input that the types may refuse as well. */
function mistakesOf(input: unknown): readonly string[] {
  try {
    defineConfig(input as ConfigInput);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes;
  }
}

describe('the file stepmill.config.ts', () => {
  it('names environments in a chain, and has defaults for all else', () => {
    const config = defineConfig({
      environments: {
        dev: { ...dev, promotesTo: 'staging' },
        staging: { ...staging, promotesTo: 'prod', approval: false },
        prod: {
          ...prod,
          window: { timeZone: 'Europe/Berlin' },
          budget: { monthlyUsd: 500 },
          notify: ['ml@example.com', 'https://hooks.example.com/x'],
          serving: { abalone: { instanceCount: 2 } },
        },
      },
      pipeline: { ...staging, source: connection },
    });

    const none = { notify: [], serving: {}, monitoring: {}, retraining: {} };
    expect(config).toEqual({
      environments: {
        dev: { ...dev, ...none, encryption: 'kms', promotesTo: 'staging', approval: false },
        staging: {
          ...staging,
          ...none,
          encryption: 'kms',
          promotesTo: 'prod',
          approval: false,
        },
        prod: {
          ...prod,
          ...none,
          approval: true,
          window: {
            days: ['MON', 'TUE', 'WED', 'THU', 'FRI'],
            fromHour: 9,
            untilHour: 16,
            timeZone: 'Europe/Berlin',
          },
          budget: { monthlyUsd: 500, alertPercents: [80, 100] },
          notify: ['ml@example.com', 'https://hooks.example.com/x'],
          serving: { abalone: { instanceCount: 2 } },
        },
      },
      handover: 'copy',
      pipeline: {
        ...staging,
        source: { ...connection, branch: 'main' },
        install: 'npm ci',
        checks: [
          'npm run check',
          'npm run test:unit -- --reporter=default --reporter=junit --outputFile.junit=reports/unit.xml',
        ],
        reports: ['reports/*.xml'],
        references: {},
        refusedSeverities: ['CRITICAL', 'HIGH'],
        bakeMinutes: 15,
        notify: [],
      },
    });
  });

  it.each<[string, ConfigInput['handover'], readonly (string | undefined)[]]>([
    ['copied from', 'copy', [undefined, 'kms', undefined]],
    ['read by', 'share', ['kms', 'kms', undefined]],
  ])('has a key of KMS where objects are %s another account', (_how, handover, encryptions) => {
    const environments = {
      dev: { ...dev, promotesTo: 'test' },
      test: { ...dev, promotesTo: 'prod' },
      prod,
    };

    const config = defineConfig({ environments, handover });

    const found = Object.values(config.environments).map(({ encryption }) => encryption);
    expect(found).toEqual(encryptions);
    const chosen = { ...environments, test: { ...environments.test, encryption: 's3' as const } };
    expect(defineConfig({ environments: chosen }).environments['test']?.encryption).toBe('s3');
  });

  it('has types for what it takes', () => {
    expectTypeOf<Environment['approval']>().toEqualTypeOf<boolean>();
    expectTypeOf<{ environments: { dev: typeof dev & { handover: 1 } } }>().toExtend<ConfigInput>();
    expectTypeOf<{ environments: { dev: { region: 'eu-west-1' } } }>().not.toExtend<ConfigInput>();
    expectTypeOf<{
      environments: { dev: { account: string; region: 'mars-1' } };
    }>().not.toExtend<ConfigInput>();
  });

  it('reports all of its mistakes at once, each with its path', () => {
    const mistakes = mistakesOf({
      environments: {
        Dev: { ...dev, account: 111111111111, promotesTo: 'prod' },
        staging: { ...staging, account: '2222', region: 'mars-1', promotesTo: 'prdo' },
        prod: { ...prod, promotesTo: 'Dev', budget: { monthlyUsd: 0 }, aproval: true },
        other: { ...prod, promotesTo: 'Dev', notify: ['ml'], serving: { abalone: 2 } },
        lone: { ...prod, promotesTo: 'lone' },
        late: {
          ...prod,
          window: { fromHour: 20, untilHour: 6, timeZone: 'Mars', days: ['MON', 'MON'] },
        },
      },
      handover: 'move',
      pipeline: {
        ...dev,
        source: { ...connection, connection: 'arn:aws:iam::1:role/x', tag: 'v*' },
      },
      stages: [],
    });

    expect(mistakes).toMatchInlineSnapshot(`
      [
        "environments.Dev.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got 111111111111.",
        "environments.staging.account: must be an AWS account id: 12 digits in quotes, for example '111122223333'; got "2222".",
        "environments.staging.region: must be one of af-south-1, ap-east-1, ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-south-1, ap-southeast-1, ap-southeast-2, ap-southeast-3, ca-central-1, ca-west-1, eu-central-1, eu-central-2, eu-north-1, eu-south-1, eu-south-2, eu-west-1, eu-west-2, eu-west-3, il-central-1, me-central-1, me-south-1, sa-east-1, us-east-1, us-east-2, us-gov-west-1, us-west-1, us-west-2; got "mars-1".",
        "environments.prod.budget.monthlyUsd: must be more than 0; got 0.",
        "environments.prod.aproval: is not a field of this file; did you mean approval?",
        "environments.other.notify[0]: must be a mail address or an https address; got "ml".",
        "environments.other.serving.abalone: must be an object of the block's settings; got 2.",
        "environments.late.window.timeZone: must be a time zone such as Europe/Berlin; got "Mars".",
        "environments.late.window.untilHour: must be after fromHour (20), and is 6; a window does not reach over midnight; got 6.",
        "environments.late.window.days: must name each day once; got ["MON","MON"].",
        "handover: must be "copy" or "share"; got "move".",
        "pipeline.source.connection: must be the ARN of a connection, arn:aws:codeconnections:REGION:ACCOUNT:connection/ID; got "arn:aws:iam::1:role/x".",
        "pipeline.source.tag: is not a field of this file; did you mean tags?",
        "stages: is not a field of this file; remove or rename it.",
        "environments.Dev: must have a name of at most 12 lower-case letters and digits, beginning with a letter; rename it; got "Dev".",
        "environments.staging.promotesTo: must be one of the environments Dev, staging, prod, other, lone, late; got "prdo".",
        "environments.other.promotesTo: must be another one: prod promotes to Dev already, and an environment has one source; got "Dev".",
        "environments.Dev.promotesTo: must not lead back: Dev → prod → Dev; remove one promotesTo; got "prod".",
        "environments.lone.promotesTo: must not lead back: lone → lone; remove one promotesTo; got "lone".",
        "environments.prod.notify: must name a mail address, to which the alerts of the budget go; got nothing.",
        "environments.prod.budget: must not be there: other is in the same account, and AWS counts the costs of an account; give prod an account of its own; got {"monthlyUsd":0}.",
      ]
    `);
  });

  it('reports a name that the CDK cannot give to a stage', () => {
    expect(mistakesOf({ environments: { constructor: dev, construct: dev } })).toEqual([
      'environments.constructor: must have another name: the CDK takes it for a name of JavaScript itself; rename it; got "constructor".',
    ]);
  });

  it('reports what is missing', () => {
    expect(
      [{}, { environments: {} }, { environments: { dev: 1 } }].map(mistakesOf),
    ).toMatchInlineSnapshot(`
      [
        [
          "environments: must be of type object; got nothing.",
        ],
        [
          "environments: must name an environment, for example { dev: { account: '…', region: 'eu-west-1' } }; got {}.",
        ],
        [
          "environments.dev: must be of type object; got 1.",
        ],
      ]
    `);
  });

  it.each<[unknown, string[]]>([
    [{ ...connection, tags: ['v*'] }, []],
    [{ ...connection, branch: 'release', paths: { excludes: ['docs/**'] } }, []],
    [{ codecommit: 'models' }, []],
    [
      { ...connection, tags: ['v*'], paths: { excludes: ['docs/**'] } },
      [
        'pipeline.source.paths: must not be there with tags: CodePipeline filters files of branches only; got {"excludes":["docs/**"]}.',
      ],
    ],
    [
      { codecommit: 'a b' },
      [
        'pipeline.source.codecommit: must be the name of a repository: letters, digits, dots, hyphens and underscores; got "a b".',
      ],
    ],
    ...['release-*', 'a b', 'a..b'].map((branch): [unknown, string[]] => [
      { github: 'team/models', branch },
      [
        `pipeline.source.branch: must be the name of one branch, for example main; it may hold no wildcards; got "${branch}".`,
      ],
    ]),
    ...['-team/models', 'team/..'].map((github): [unknown, string[]] => [
      { github },
      [
        `pipeline.source.github: must be the full name of a repository on GitHub, owner/name; got "${github}".`,
      ],
    ]),
    [
      { connection: connection.connection },
      ['pipeline.source.repository: must be of type string; got nothing.'],
    ],
    [
      'main',
      ['pipeline.source: has none of the allowed forms (see docs/configuration.md); got "main".'],
    ],
  ])('takes the commits of %j: %j', (source, mistakes) => {
    expect(mistakesOf({ environments: { dev }, pipeline: { ...dev, source } })).toEqual(mistakes);
  });

  it('reports a circle once, and the environment that has two before it', () => {
    const circle = mistakesOf({
      environments: {
        a: { ...dev, promotesTo: 'b' },
        b: { ...dev, promotesTo: 'c' },
        c: { ...dev, promotesTo: 'b' },
      },
    });

    expect(circle).toEqual([
      'environments.c.promotesTo: must be another one: a promotes to b already, and an environment has one source; got "b".',
      'environments.b.promotesTo: must not lead back: b → c → b; remove one promotesTo; got "c".',
    ]);
  });

  it('takes a chain within a region only', () => {
    const environments = {
      dev: { ...dev, promotesTo: 'prod' },
      prod: { ...prod, region: 'us-east-1' },
    };

    expect(mistakesOf({ environments })).toEqual([
      'environments.dev.promotesTo: must be an environment in the same region: models are not copied from eu-west-1 to us-east-1; got "prod".',
    ]);
  });

  it('needs a mail address for the alerts of a budget', () => {
    const withBudget = { ...dev, budget: { monthlyUsd: 10 }, notify: ['https://example.com/x'] };

    expect(mistakesOf({ environments: { dev: withBudget } })).toEqual([
      'environments.dev.notify: must name a mail address, to which the alerts of the budget go; got ["https://example.com/x"].',
    ]);
  });

  it('takes a budget where AWS can count and alert', () => {
    const budget = { monthlyUsd: 10, alertPercents: [50, 50] };
    const mails = Array.from({ length: 11 }, (_, index) => `a${index}@example.com`);

    const mistakes = mistakesOf({
      environments: {
        dev: { ...dev, region: 'eu-north-1', budget, notify: mails.slice(0, 1) },
        twin: { ...dev, budget: { monthlyUsd: 1 }, notify: mails },
      },
    });

    expect(mistakes).toMatchInlineSnapshot(`
      [
        "environments.dev.budget.alertPercents: must name each percentage once; got [50,50].",
        "environments.dev.budget: must not be there: CloudFormation makes no budget in eu-north-1; remove it, and create one in the console of AWS Budgets; got {"monthlyUsd":10,"alertPercents":[50,50]}.",
        "environments.dev.budget: must not be there: twin is in the same account, and AWS counts the costs of an account; give dev an account of its own; got {"monthlyUsd":10,"alertPercents":[50,50]}.",
        "environments.twin.notify: must name at most 10 mail addresses where there is a budget, which AWS sends its alerts to; use a mailing list; got ["a0@example.com","a1@example.com","a2@example.com","a3@example.com","a4@exam….",
        "environments.twin.budget: must not be there: dev is in the same account, and AWS counts the costs of an account; give twin an account of its own; got {"monthlyUsd":1}.",
      ]
    `);
  });

  it('names as many environments as a pipeline can hold', () => {
    const names = Array.from({ length: 17 }, (_, index) => `e${index}`);
    const [fit, tooMany] = [16, 17].map((count) =>
      Object.fromEntries(names.slice(0, count).map((name) => [name, dev])),
    );

    expect(mistakesOf({ environments: fit })).toEqual([]);
    expect(mistakesOf({ environments: tooMany })).toEqual([
      'environments: must be at most 16 environments, which is what one pipeline can hold: CloudFormation allows its stack 500 resources, CodePipeline 50 stages; divide them between two apps; got "17 environments".',
    ]);
  });

  it('has the pipeline where reference trainings are', () => {
    const environments = {
      prod: { ...prod, region: 'us-east-1' },
      dev: { ...dev, region: 'us-east-1', promotesTo: 'prod' },
    };
    const pipeline = { ...dev, source: connection };

    expect(mistakesOf({ environments, pipeline })).toEqual([]);
    expect(mistakesOf({ environments, pipeline: { ...pipeline, references: { a: 'b' } } })).toEqual(
      [
        'pipeline.region: must be that of dev, us-east-1, where CodePipeline starts the trainings of pipeline.references; got "eu-west-1".',
      ],
    );
  });
});
