/**
 * Generates the constraints of the API models that the SDK's schemas lack, from the models in botocore (the version
 * in `requirements.txt` in this folder):
 *
 * - `local/cloud/api-model/<api>.json`: the input constraints of every operation that the local AWS implements, as
 *   docs/local.md lists them, for `Cloud.call`;
 * - `local/services/stepfunctions/test-state/member-limits.json`: sizes and enumerations in the answers of every
 *   operation, for the mocked results of TestState.
 *
 *     pip install -r test/api-model/requirements.txt
 *     node test/api-model/write.mjs "$(python3 -c 'import botocore; print(botocore.__path__[0])')/data"
 *
 * An optional second argument is the folder to write to, instead of this checkout.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The services as docs/local.md names them, and botocore's names of their APIs. */
const INPUT_APIS = {
  apigatewayv2: ['apigatewayv2'],
  'application-autoscaling': ['application-autoscaling'],
  cloudformation: ['cloudformation'],
  cloudfront: ['cloudfront'],
  cloudwatch: ['cloudwatch'],
  codebuild: ['codebuild'],
  codepipeline: ['codepipeline'],
  'cognito-idp': ['cognito-idp'],
  dynamodb: ['dynamodb'],
  ecr: ['ecr'],
  ecs: ['ecs'],
  elasticloadbalancingv2: ['elbv2'],
  eventbridge: ['events'],
  iam: ['iam'],
  kms: ['kms'],
  lambda: ['lambda'],
  logs: ['logs'],
  s3: ['s3'],
  sagemaker: ['sagemaker', 'sagemaker-runtime'],
  scheduler: ['scheduler'],
  sns: ['sns'],
  sqs: ['sqs'],
  ssm: ['ssm'],
  stepfunctions: ['stepfunctions'],
  sts: ['sts'],
};

/** The clients whose answers TestState checks, and botocore's name, if it differs. */
const OUTPUT_CLIENTS = {
  'application-auto-scaling': 'application-autoscaling',
  cloudformation: undefined,
  cloudwatch: undefined,
  'cloudwatch-logs': 'logs',
  dynamodb: undefined,
  eventbridge: 'events',
  iam: undefined,
  kms: undefined,
  lambda: undefined,
  s3: undefined,
  sagemaker: undefined,
  'sagemaker-runtime': undefined,
  sfn: 'stepfunctions',
  sns: undefined,
  sqs: undefined,
  ssm: undefined,
  sts: undefined,
};

/**
 * Limits of an older model that Step Functions was observed to use: in December 2025 it refused 10,241 MB of memory
 * and of storage.
 */
const MEASURED_OUTPUTS = { 'lambda MemorySize': [128, 10_240], 'lambda Size': [512, 10_240] };

/** Types that need no shape if they have no constraint. */
const PRIMITIVES = [
  ...['blob', 'boolean', 'double', 'float', 'integer', 'long', 'string', 'timestamp'],
];

const [, , data = '', target = '.'] = process.argv;
const models = new Map();

for (const [service, apis] of Object.entries(INPUT_APIS)) {
  const here = operationsOf(service);
  for (const api of apis) {
    const model = readModel(api);
    const names = here.filter((name) => model.operations[name] !== undefined);
    write(`local/cloud/api-model/${api}.json`, printInputs(inputsOf(names, model)));
  }
}
write(
  'local/services/stepfunctions/test-state/member-limits.json',
  `{\n${Object.entries(OUTPUT_CLIENTS).map(printOutputs).join(',\n')}\n}\n`,
);

function write(path, text) {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
}

function readModel(api) {
  if (!models.has(api)) {
    const version = readdirSync(join(data, api)).sort().at(-1);
    const file = join(data, api, version, 'service-2.json.gz');
    models.set(api, JSON.parse(gunzipSync(readFileSync(file))));
  }
  return models.get(api);
}

function operationsOf(service) {
  const page = readFileSync('docs/local.md', 'utf8');
  const section = page.split('\n## ').find((text) => text.startsWith(`${service}\n`)) ?? '';
  const [, list] = /^\d+ operations: (.*)\.$/m.exec(section) ?? [];
  if (list === undefined)
    throw new Error(`docs/local.md does not list the operations of ${service}`);
  return list.split(', ');
}

/** The operations' input shapes, and every nested shape that has more than a type. */
function inputsOf(names, { operations, shapes }) {
  const found = {};
  /** The name of a member's shape or, without constraints, of its type. */
  const nameOf = ({ shape: name }) => {
    if (!(name in found)) addFact(name, shapes[name]);
    return name in found ? name : shapes[name].type;
  };
  const addFact = (name, shape) => {
    const rules = pick(shape, ['min', 'max', 'pattern', 'enum', 'sensitive']);
    const { type } = shape;
    const isPlain = !['structure', 'list', 'map'].includes(type);
    if (isPlain && Object.keys(rules).length === 0) return;
    if (PRIMITIVES.includes(name)) throw new Error(`The shape ${name} is named like a type`);
    // Added before its members are visited, because shapes are recursive.
    const fact = { type: shape.union === true ? 'union' : type };
    found[name] = fact;
    if (type === 'list') fact.item = nameOf(shape.member);
    if (type === 'map') Object.assign(fact, { key: nameOf(shape.key), value: nameOf(shape.value) });
    if (type === 'structure') fact.members = membersOf(shape, nameOf);
    Object.assign(fact, rules);
  };
  const inputs = names.flatMap((name) => {
    const { input } = operations[name];
    return input === undefined ? [] : [[name, nameOf(input)]];
  });
  return { operations: Object.fromEntries(inputs), shapes: found };
}

/** The shape of each member, by name; `!` follows those of required members. */
function membersOf({ members, required = [] }, nameOf) {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      `${nameOf(member)}${required.includes(name) ? '!' : ''}`,
    ]),
  );
}

function pick(shape, keys) {
  return Object.fromEntries(
    keys.filter((key) => shape[key] !== undefined).map((key) => [key, shape[key]]),
  );
}

/** Prints one line per operation and shape, so that changes of a model are readable. */
function printInputs({ operations, shapes }) {
  return `{\n"operations":{\n${lines(operations)}\n},\n"shapes":{\n${lines(shapes)}\n}\n}\n`;
}

function lines(entries) {
  return Object.keys(entries)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(entries[name])}`)
    .join(',\n');
}

function printOutputs([client, api = client]) {
  const structures = Object.entries(limitsOf(api, readModel(api))).map(
    ([name, members]) => `${JSON.stringify(name)}:${JSON.stringify(members)}`,
  );
  return `${JSON.stringify(`@aws-sdk/client-${client}`)}:{\n${structures.join(',\n')}\n}`;
}

/** The limits by structure and member: `[minimum, maximum]`, or the name of the enumeration. */
function limitsOf(service, { operations, shapes }) {
  const found = {};
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const { key, member, members = {}, value } = shapes[name];
    for (const [memberName, { shape }] of Object.entries(members)) {
      const limit = MEASURED_OUTPUTS[`${service} ${memberName}`] ?? limitOf(shape, shapes[shape]);
      if (limit !== undefined) found[name] = { ...found[name], [memberName]: limit };
    }
    for (const { shape } of [...Object.values(members), member, key, value].filter(Boolean)) {
      visit(shape);
    }
  };
  for (const { output } of Object.values(operations)) if (output !== undefined) visit(output.shape);
  return found;
}

function limitOf(name, shape) {
  if (shape.enum !== undefined) return name;
  if (shape.min === undefined && shape.max === undefined) return undefined;
  return [shape.min ?? null, shape.max ?? null];
}
