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

A stack lives in the account and region of its environment in the assembly (\`aws://ACCOUNT/REGION\`), also in the stages of a nested
assembly. What names none is in the account 000000000000 and the region us-east-1, or in those of the app if it has one account and region only. [Several
accounts](#several-accounts) says how clients choose one. A request that is signed for a region in which the account has nothing is answered
like any other, because many clients have one set; on AWS it would find nothing there. (\`stepmill … --region\` refuses it.)

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

## Several accounts

\`npm start\` opens every account in which the app has stacks, and says which. \`--account 111111111111\`, or \`--account 111111111111/eu-west-1\`, adds
one, and may be repeated. All have one port and one clock; buckets have one name space; everything else is apart. All resume at the next start.

**The access key is the account.** \`AWS_ACCESS_KEY_ID=111111111111\` with any secret is the user of that account, for every client of AWS and for \`stepmill\`; any
other key is the home account: that of an app with one account, else 000000000000. An account that the runtime does not have is refused. A role's session is of
the role's account.

**Between accounts both sides must allow a call**, as on AWS: the caller's own policies, and the policy of the bucket, queue, topic, function, event bus,
repository or model package group. An account's own user needs the policy of the resource only. An explicit \`Deny\` of either wins. A role is assumed
by whom its trust policy names, with or without \`sts:ExternalId\`. The message ends as AWS's does: \`because no resource-based policy allows the …
action\`, or \`no identity-based policy\` if the resource's policy names the caller itself. S3 gives a reason as it does within an organization.

An object under a KMS key needs the key as well: \`kms:Decrypt\` to read it, \`kms:GenerateDataKey\` to write it, which the key's policy and the caller's own
must allow. Without the first S3 says that \`the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy
explicitly denies access\`, as AWS hides keys from other accounts. Model package groups are not shared by RAM.

A rule sends to the event bus of another account with the role of its target, which that bus must allow. An event keeps its account and
region, so that a rule without \`account\` in its pattern matches those of others as well, and it is not sent on to a third bus.
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
