import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../local/cloud/service.ts';
import { serviceFactories } from '../../local/services/index.ts';
import { startTestRuntime, type TestRuntime } from '../../local/testing/cloud.testing.ts';

const INTRODUCTION = `# What the local AWS has

Written from the code: each service's own words, and its table of operations. A test holds this page to the
code; \`npx vitest run test/docs -u\` writes it again.

An operation or a service that is not here answers \`NotImplemented\`, by name, in the protocol of the request. IAM is
enforced for every call, with AWS's messages; callers whose credentials the local STS did not issue are the account's own
user, but a session's access key is rejected without its session token. A resource or a property of a template that has no effect here is named when the runtime starts.

There is one account, 000000000000, and one region, us-east-1. A request that is signed for another region is answered like
any other, because many clients have one set; on AWS it would find nothing there. (\`stepmill … --region\` refuses it.)

While \`npm start\` runs, it watches the sources of the app. A change of a project, script or handler, of \`operations/\` or
\`api/schemas/\`, which only handlers have, synthesizes only the stacks that depend on it. Where only the code of handlers or scripts differs, the functions, state machines and policies that name it are updated
first, and the stacks half a second after the last change. Of the functions of a changed handler, the one that was invoked last is
then started, so that the new code answers in less than 0.2 s after the file was saved, on an idle machine. A change of \`workflows/\`, \`infra/\`, \`definition/\`, \`events/\`, the rest of \`api/\` or \`cdk.json\` synthesizes all. The stacks are then
updated in place by CloudFormation's rules: unchanged resources stay, new ones are created before old ones are removed, and a stack
whose update fails is rolled back. Running executions and jobs finish with what they started with. Mistakes are printed, all at
once, and the app stays as it was. The stack of a deleted project stays. \`--no-watch\` turns watching off. It is also off
with \`--assembly\` and for an app that is not a checkout of this repository: start the runtime again after a synthesis.
Parameters of templates have their defaults, or what \`npx stepmill start --parameter Name=value\` gives.
\`AWS::Logs::LogGroup\`, \`AWS::StepFunctions::Activity\` and the description of \`AWS::SageMaker::ModelPackageGroup\` are not updated
in place: only the retention of a log group is.
`;

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime(serviceFactories);
});

afterAll(async () => {
  await runtime.stop();
});

it('lists the operations of each service in docs/local.md', async () => {
  const services = serviceFactories
    .map((factory) => factory(runtime.cloud))
    .sort((a, b) => a.name.localeCompare(b.name));

  const page = [INTRODUCTION, ...services.map(describeService)].join('\n');

  await expect(page).toMatchFileSnapshot('../../docs/local.md');
});

function describeService({ name, operations }: Service): string {
  const names = Object.keys(operations).sort().join(', ');
  return `## ${name}\n\n${truthOf(name)}\n\n${Object.keys(operations).length} operations: ${names}.\n`;
}

/** The first comment of a service's index.ts. */
function truthOf(service: string): string {
  const source = readFileSync(`local/services/${service}/index.ts`, 'utf8');
  const [, comment] = /\/\*\*\n([\s\S]*?)\n \*\//.exec(source) ?? [];
  if (comment === undefined)
    throw new Error(`${service}/index.ts does not start with a comment about the service.`);
  return comment.replaceAll(/^ \* ?/gm, '');
}
