import type { Mistake } from '../dataset.ts';
import { judgeBudgets } from './judge-budgets.ts';
import { type Judged, type JudgedPipeline, judgedSchema } from './judged.ts';

/** As the setting `-c environment`: names of resources hold it. */
export const ENVIRONMENT_NAME = /^[a-z][a-z0-9]{0,11}$/;

/**
 * What the stack of a pipeline can hold, where a person approves each deployment: an environment takes about 25 of its 500
 * resources (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html), two of the 50 stages of
 * a pipeline (https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html), and about 440 of the 10,240 characters that
 * the policies in a role may have (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 */
export const MAXIMUM_ENVIRONMENTS = 16;

/** The mistakes that no field of the file can see alone. */
export function judgeConfig(input: unknown): Mistake[] {
  const { data } = judgedSchema.safeParse(input);
  if (data === undefined) return [];
  const { environments, pipeline } = data;
  const count = Object.keys(environments).length;
  if (count > MAXIMUM_ENVIRONMENTS) return [tooMany(count)];
  return [
    ...judgeNames(environments),
    ...judgeTargets(environments),
    ...judgeSources(environments),
    ...judgeRegions(environments),
    ...judgeCircles(environments),
    ...judgeBudgets(environments),
    ...judgePipeline(environments, pipeline),
  ];
}

function tooMany(count: number): Mistake {
  return {
    path: ['environments'],
    input: `${count} environments`,
    message: `must be at most ${MAXIMUM_ENVIRONMENTS} environments, which is what one pipeline can hold: CloudFormation allows its stack 500 resources, CodePipeline 50 stages; divide them between two apps`,
  };
}

/** CodePipeline starts the trainings on reference data, in its own region, in the environment that gets commits first. */
function judgePipeline(environments: Judged, pipeline: JudgedPipeline | undefined): Mistake[] {
  if (pipeline === undefined || Object.keys(pipeline.references).length === 0) return [];
  const targets = new Set(promotions(environments).map(([, target]) => target));
  const first = Object.keys(environments).find((name) => !targets.has(name)) ?? '';
  const there = environments[first]?.region;
  if (typeof there !== 'string' || there === pipeline.region) return [];
  return [
    {
      path: ['pipeline', 'region'],
      input: pipeline.region,
      message: `must be that of ${first}, ${there}, where CodePipeline starts the trainings of pipeline.references`,
    },
  ];
}

function judgeNames(environments: Judged): Mistake[] {
  const names = Object.keys(environments);
  if (names.length === 0) {
    return [
      {
        path: ['environments'],
        input: environments,
        message:
          "must name an environment, for example { dev: { account: '…', region: 'eu-west-1' } }",
      },
    ];
  }
  return names
    .filter((name) => !ENVIRONMENT_NAME.test(name) || name === 'constructor')
    .map((name) => ({
      path: ['environments', name],
      input: name,
      message:
        name === 'constructor'
          ? 'must have another name: the CDK takes it for a name of JavaScript itself; rename it'
          : 'must have a name of at most 12 lower-case letters and digits, beginning with a letter; rename it',
    }));
}

function promotions(environments: Judged): readonly (readonly [string, string])[] {
  return Object.entries(environments).flatMap(([name, { promotesTo }]) =>
    typeof promotesTo === 'string' ? [[name, promotesTo] as const] : [],
  );
}

function judgeTargets(environments: Judged): Mistake[] {
  const names = Object.keys(environments);
  return promotions(environments)
    .filter(([, target]) => !names.includes(target))
    .map(([name, target]) => ({
      path: ['environments', name, 'promotesTo'],
      input: target,
      message: `must be one of the environments ${names.join(', ')}`,
    }));
}

/** Each environment has one before it, so that what it runs has one origin. */
function judgeSources(environments: Judged): Mistake[] {
  const all = promotions(environments);
  return all.flatMap(([name, target], index) => {
    const [first] = all.find(([, other]) => other === target) ?? [name];
    if (all.findIndex(([, other]) => other === target) === index) return [];
    return [
      {
        path: ['environments', name, 'promotesTo'],
        input: target,
        message: `must be another one: ${first} promotes to ${target} already, and an environment has one source`,
      },
    ];
  });
}

/** A state machine calls SageMaker and lists buckets in its own region only. */
function judgeRegions(environments: Judged): Mistake[] {
  return promotions(environments).flatMap(([name, target]) => {
    const [here, there] = [environments[name]?.region, environments[target]?.region];
    if (here === there || typeof here !== 'string' || typeof there !== 'string') return [];
    return [
      {
        path: ['environments', name, 'promotesTo'],
        input: target,
        message: `must be an environment in the same region: models are not copied from ${here} to ${there}`,
      },
    ];
  });
}

function judgeCircles(environments: Judged): Mistake[] {
  const next = new Map(promotions(environments));
  return [...next].flatMap(([name, target]) => {
    const circle = followFrom(name, next);
    // One mistake a circle, at the first of its environments.
    const isFirst = [...next.keys()].find((each) => circle?.includes(each)) === name;
    if (circle === undefined || !isFirst) return [];
    return [
      {
        path: ['environments', name, 'promotesTo'],
        input: target,
        message: `must not lead back: ${[...circle, name].join(' → ')}; remove one promotesTo`,
      },
    ];
  });
}

/** The environments from a name back to itself; undefined where the chain ends elsewhere. */
function followFrom(
  name: string,
  next: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  const way = [name];
  for (let at = next.get(name); at !== undefined && at !== name; at = next.get(at)) {
    if (way.includes(at)) return undefined;
    way.push(at);
  }
  return next.get(way.at(-1) ?? name) === name ? way : undefined;
}
