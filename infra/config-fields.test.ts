import { App } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigInput, defineConfig } from '../definition/index.ts';
import { addStacks } from './app.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { retrainedAbalone } from './testing/watched-project.testing.ts';

/** A field that changes nothing which is deployed would be a promise that nothing keeps. */

type Environments = ConfigInput['environments'];
type Environment = Environments[string];

interface Stack {
  /** `aws://account/region`. */
  readonly place: string;
  readonly template: string;
}

type Stacks = Readonly<Record<string, Stack | undefined>>;

const region = 'eu-west-1';
const base = {
  dev: { account: '111111111111', region, promotesTo: 'test' },
  test: { account: '222222222222', region },
  last: { account: '333333333333', region, console: false },
} as const satisfies Environments;

interface Row {
  /** Each environment differs in some fields, so that all are seen in one synthesis. */
  readonly of: keyof typeof base;
  readonly value: unknown;
  /** What the field alone changes: the name of a stack, and a text of its template, of its place, or that it is there. */
  readonly in: string;
  readonly text: RegExp;
}

const project = (environment: string) => `stepmill-${environment}-abalone`;

/** A field without a row does not compile. */
const rows: Readonly<Record<keyof Required<Environment>, Row>> = {
  account: {
    of: 'last',
    value: '444444444444',
    in: project('last'),
    text: /^aws:\/\/444444444444\//,
  },
  region: { of: 'last', value: 'us-east-1', in: project('dev'), text: /^aws:\/\/\d+\/us-east-1/ },
  promotesTo: { of: 'test', value: 'last', in: project('last'), text: /"last--abalone-arrival"/ },
  approval: {
    of: 'test',
    value: false,
    in: project('test'),
    text: /It is approved on arrival/,
  },
  window: {
    of: 'test',
    value: { days: ['MON'], timeZone: 'Europe/Berlin' },
    in: 'stepmill-delivery',
    text: /"Provider":"DeploymentWindow"/,
  },
  budget: {
    of: 'test',
    value: { monthlyUsd: 321 },
    in: 'stepmill-test-budget',
    text: /"Amount":321,/,
  },
  retain: {
    of: 'test',
    value: true,
    in: project('test'),
    text: /"DeletionPolicy":"RetainExceptOnCreate"/,
  },
  notify: {
    of: 'test',
    value: ['ml@example.org', 'https://hooks.example.org/x'],
    in: project('test'),
    text: /"Endpoint":"https:\/\/hooks\.example\.org\/x","Protocol":"https"/,
  },
  console: { of: 'dev', value: false, in: 'stepmill-dev-console', text: /^$/ },
  origins: {
    of: 'test',
    value: ['https://ml.example.org'],
    in: 'stepmill-test-console',
    text: /"AllowOrigins":\[[^\]]*"https:\/\/ml\.example\.org"/,
  },
  auditTrail: {
    of: 'test',
    value: true,
    in: 'stepmill-test-console',
    text: /"Type":"AWS::CloudTrail::Trail"/,
  },
  encryption: {
    of: 'test',
    value: 'kms',
    in: project('test'),
    text: /"SSEAlgorithm":"aws:kms"/,
  },
  jobNetwork: {
    of: 'last',
    value: { subnets: ['subnet-0a'], securityGroups: ['sg-0b'] },
    in: project('last'),
    text: /subnet-0a/,
  },
  workflowRollout: {
    of: 'last',
    value: { type: 'linear', percent: 20, minutes: 5 },
    in: project('last'),
    text: /"Interval":5,"Percentage":20/,
  },
  compute: {
    of: 'last',
    value: { abalone: 'fargate' },
    in: project('last'),
    text: /"Type":"AWS::ECS::TaskDefinition"/,
  },
  serving: {
    of: 'last',
    value: { abalone: { instanceCount: 3 } },
    in: project('last'),
    text: /\\"InitialInstanceCount\\":3/,
  },
  monitoring: {
    of: 'last',
    value: { abalone: { windowHours: 7 } },
    in: project('last'),
    text: /windowHours[^,]* : 7\)/,
  },
  retraining: {
    of: 'last',
    value: { abalone: { maximumPerMonth: 3 } },
    in: project('last'),
    text: /the project allows 3;/,
  },
};

function synthesize(environments: Environments): Stacks {
  const app = new App({ outdir: makeTemporaryFolder('config-fields'), analyticsReporting: false });
  const config = defineConfig({
    environments,
    pipeline: { account: '555555555555', region, source: { codecommit: 'models' } },
  });
  addStacks(app, [retrainedAbalone], { console: true, config });
  return Object.fromEntries(
    app.synth().stacksRecursively.map(({ stackName, environment: { name }, template }) => {
      return [stackName, { place: name, template: JSON.stringify(template) }];
    }),
  );
}

/** The environments with the value of every row. */
function changed(): Environments {
  const environments: Record<string, Environment> = { ...base };
  for (const [field, { of, value }] of Object.entries(rows)) {
    environments[of] = { ...(environments[of] as Environment), [field]: value };
  }
  // Models stay in their region.
  for (const name of Object.keys(environments)) {
    environments[name] = { ...(environments[name] as Environment), region: 'us-east-1' };
  }
  return environments;
}

let plain: Stacks;
let full: Stacks;

beforeAll(() => {
  plain = synthesize(base);
  full = synthesize(changed());
}, 120_000);

describe('a field of an environment', () => {
  it.each(Object.entries(rows))('changes what is deployed: %s', (_field, { in: name, text }) => {
    const [before, after] = [plain, full].map((stacks) => {
      const stack = stacks[name];
      return stack === undefined ? '' : `${stack.place}\n${stack.template}`;
    });

    expect(after).toMatch(text);
    expect(before).not.toMatch(text);
  });
});
