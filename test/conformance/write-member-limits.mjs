/**
 * Writes which sizes and enumerations the members of API answers have, for checking the mocked results
 * of TestState: the SDK's own schemas do not say. Read from the API models that botocore carries:
 * `node test/conformance/write-member-limits.mjs "$(python3 -c 'import botocore; print(botocore.__path__[0])')/data"`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const target = 'local/services/stepfunctions/test-state/member-limits.json';

/** The SDK's name of a client, and botocore's where it differs. */
const clients = {
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
 * Where Step Functions was seen to work with an older model: in December 2025 it refused 10,241 MB
 * of memory.
 */
const measured = { 'lambda MemorySize': [128, 10_240] };

const [, , data = ''] = process.argv;
const limits = Object.fromEntries(
  Object.entries(clients).map(([client, name = client]) => [
    `@aws-sdk/client-${client}`,
    limitsOf(name, readModel(join(data, name))),
  ]),
);
writeFileSync(target, `{\n${Object.entries(limits).map(printClient).join(',\n')}\n}\n`);

/** A line for every structure, so that changes of a model can be read. */
function printClient([client, structures]) {
  const lines = Object.entries(structures).map(
    ([name, members]) => `${JSON.stringify(name)}:${JSON.stringify(members)}`,
  );
  return `${JSON.stringify(client)}:{\n${lines.join(',\n')}\n}`;
}

function readModel(folder) {
  const version = readdirSync(folder).sort().at(-1);
  return JSON.parse(gunzipSync(readFileSync(join(folder, version, 'service-2.json.gz'))));
}

/** By structure and member: `[least, most]`, or the name of the enumeration. */
function limitsOf(service, { operations, shapes }) {
  const found = {};
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const { key, member, members = {}, value } = shapes[name];
    for (const [memberName, { shape }] of Object.entries(members)) {
      const limit = measured[`${service} ${memberName}`] ?? limitOf(shape, shapes[shape]);
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
