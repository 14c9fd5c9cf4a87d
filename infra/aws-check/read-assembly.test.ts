import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import { readAssembly } from './read-assembly.ts';

it('reads the stacks of every stage, with their accounts', () => {
  const app = new App({ outdir: makeTemporaryFolder('cdk') });
  const prod = new Stage(app, 'prod', { env: { account: '333333333333', region: 'eu-west-1' } });
  for (const [scope, id] of [
    [app, 'agnostic'],
    [prod, 'models'],
  ] as const) {
    void new CfnResource(new Stack(scope, id, { stackName: `stepmill-${id}` }), 'Topic', {
      type: 'AWS::SNS::Topic',
    });
  }

  const found = readAssembly(app.synth().directory).toSorted((one, other) =>
    one.stack < other.stack ? -1 : 1,
  );

  const topic = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };
  expect(found.map(({ stack, environment }) => [stack, environment])).toEqual([
    ['agnostic', undefined],
    ['prod/models', { account: '333333333333', region: 'eu-west-1' }],
  ]);
  for (const { template } of found) expect(template).toMatchObject(topic);
});

it('reads templates that stand alone, and says where there is none', () => {
  const folder = makeTemporaryFolder('cdk');
  expect(() => readAssembly(folder)).toThrow(`${folder} has no template; nothing was checked.`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'app.template.json'), '{"Resources":{}}');

  expect(readAssembly(folder)).toEqual([{ stack: 'app', template: { Resources: {} } }]);
});
