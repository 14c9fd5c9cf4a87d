import type { Routes } from '../../../api/index.ts';
import type { ProjectParameter } from '../../../events/index.ts';
import {
  isIntegerText,
  type RunSettings,
  readSettingNumber,
  startTraining as start,
} from '../../../operations/index.ts';
import { audited } from '../audit.ts';
import { ProblemError } from '../problem-error.ts';
import type { RouteFunction } from '../route-function.ts';

export const startTraining: RouteFunction<Routes['startTraining']> = async ({ body }, call) => {
  const { facts, resources } = await call.api.project(body.modelName);
  const { algorithms } = facts.training;
  if (body.algorithm !== undefined && !Object.hasOwn(algorithms, body.algorithm)) {
    const known = Object.keys(algorithms);
    const detail =
      known.length === 0
        ? `${facts.project} has scripts of its own, which have no algorithms to choose from`
        : `must be one of ${known.join(', ')}`;
    throw malformed('#/algorithm', detail);
  }
  const key = keyOf(body.datasetUri, resources);
  const settings: RunSettings = {
    ...(body.algorithm === undefined ? {} : { algorithm: body.algorithm }),
    ...(body.hyperparameters === undefined
      ? {}
      : {
          hyperparameters: readSettings(
            body.hyperparameters,
            algorithms,
            body.algorithm ?? facts.training.algorithm,
          ),
        }),
  };
  const change = {
    project: facts.project,
    action: 'startTraining',
    subject: body.datasetUri,
    after: JSON.stringify(settings),
  };
  const { result: executionArn } = await audited(call, change, () =>
    start(call.api.clients, resources, {
      key,
      settings,
      ...(call.name === undefined ? {} : { name: call.name }),
    }),
  );
  call.api.cache.clear(`executions ${resources.trainingStateMachineArn}`);
  return {
    project: facts.project,
    workflow: 'training',
    execution: executionArn.split(':').at(-1) ?? '',
    executionArn,
  };
};

function malformed(pointer: string, detail: string): ProblemError {
  return new ProblemError('malformed-request', 'The request has a mistake; nothing was started.', [
    { pointer, detail },
  ]);
}

/** The key of an upload, which must belong to the project. */
function keyOf(uri: string, { bucket, incomingPrefix }: ProjectParameter): string {
  const prefix = `s3://${bucket}/`;
  const key = uri.slice(prefix.length);
  if (uri.startsWith(prefix) && key.startsWith(incomingPrefix)) return key;
  throw malformed('#/datasetUri', `must begin with ${prefix}${incomingPrefix}`);
}

type Algorithms = Readonly<Record<string, Readonly<Record<string, Rule>>>>;

interface Rule {
  readonly type: 'integer' | 'number' | 'text';
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly values?: readonly string[] | undefined;
}

type Setting = string | number | boolean;

/** Checks hyperparameters as synth checks those of a project; SageMaker takes texts. */
function readSettings(
  given: Readonly<Record<string, Setting>>,
  algorithms: Algorithms,
  algorithm: string | undefined,
): Record<string, string> {
  const rules = algorithm === undefined ? undefined : algorithms[algorithm];
  const errors = Object.entries(given).flatMap(([name, value]) => {
    const detail = rules === undefined ? undefined : judgeSetting(rules, name, value);
    return detail === undefined ? [] : [{ pointer: `#/hyperparameters/${name}`, detail }];
  });
  if (errors.length > 0) {
    throw new ProblemError(
      'malformed-request',
      `Hyperparameters of ${algorithm} have mistakes; nothing was started.`,
      errors,
    );
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

/** The text goes to Python, which reads `5` as a whole number, and not `5.0`. */
function isInteger(value: Setting): boolean {
  return typeof value === 'string' ? isIntegerText(value) : Number.isInteger(value);
}

function judgeSetting(
  rules: Readonly<Record<string, Rule>>,
  name: string,
  value: Setting,
): string | undefined {
  // Names such as `constructor` are members of every object.
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule === undefined) return `is not one of ${Object.keys(rules).join(', ')}`;
  if (rule.type === 'text') {
    return rule.values?.includes(String(value)) === false
      ? `must be ${rule.values.join(' or ')}`
      : undefined;
  }
  const number = typeof value === 'string' ? readSettingNumber(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return 'must be a number';
  if (rule.type === 'integer' && !isInteger(value)) return 'must be a whole number';
  if (rule.minimum !== undefined && number < rule.minimum)
    return `must be at least ${rule.minimum}`;
  if (rule.maximum !== undefined && number > rule.maximum) return `must be at most ${rule.maximum}`;
  return undefined;
}
