import { describe, expect, it } from 'vitest';
import { createTestCloud } from '../testing/cloud.testing.ts';
import { ProvisioningFailed, provision } from './provision.ts';
import type { Template } from './template.ts';
import { InvalidTemplate } from './template-problem.ts';

const TOPIC = { Type: 'AWS::SNS::Topic' };
const NOTHING = 'Nothing was provisioned.';

/** What the start says of a template. */
async function problemOf(template: object): Promise<string> {
  const stack = { name: 'app', template: template as Template, assets: [], dependencies: [] };
  const cloud = createTestCloud([]);
  const error: unknown = await provision(cloud, { folder: '', stacks: [stack] }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return 'provisioned';
  // The command line prints these without a stack.
  expect(error instanceof InvalidTemplate || error instanceof ProvisioningFailed).toBe(true);
  return (error as Error).message;
}

const outputs = (Value: unknown) => ({ Resources: {}, Outputs: { O: { Value } } });

const chain = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`C${at}`, { Condition: `C${at + 1}` }]),
  );

// The structure: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
// The sentences, where AWS's are known: https://repost.aws/knowledge-center/cloudformation-template-validation
describe('a malformed template', () => {
  it.each<[object, string]>([
    [[], 'unsupported structure.'],
    [{}, 'At least one Resources member must be defined.'],
    [{ Resources: [] }, '[/Resources] must be an object.'],
    [{ Resources: null }, "[/Resources] 'null' values are not allowed in templates."],
    [{ Resources: { A: null } }, "[/Resources/A] 'null' values are not allowed in templates."],
    [{ Resources: { A: [] } }, '[/Resources/A] must be an object.'],
    [{ Resources: { A: {} } }, '[/Resources/A] Every Resources object must contain a Type member.'],
    [{ Resources: { A: { Type: 1 } } }, '[/Resources/A/Type] must be a string.'],
    [
      { Resources: { A: { ...TOPIC, Properties: [1] } } },
      '[/Resources/A/Properties] must be an object.',
    ],
    [
      { Resources: { A: { ...TOPIC, DependsOn: [1] } } },
      '[/Resources/A/DependsOn] must be a string.',
    ],
    [
      { Resources: { A: { ...TOPIC, Condition: {} } } },
      '[/Resources/A/Condition] must be a string.',
    ],
    [
      { Resources: { A: { ...TOPIC, DeletionPolicy: 1 } } },
      '[/Resources/A/DeletionPolicy] must be a string.',
    ],
    [{ Resources: {}, Parameters: [1] }, '[/Parameters] must be an object.'],
    [
      { Resources: {}, Parameters: { P: null } },
      "[/Parameters/P] 'null' values are not allowed in templates.",
    ],
    [
      { Resources: {}, Parameters: { P: {} } },
      '[/Parameters/P] Every Parameters object must contain a Type member.',
    ],
    [{ Resources: {}, Mappings: { M: 1 } }, '[/Mappings/M] must be an object.'],
    [{ Resources: {}, Conditions: { C: true } }, '[/Conditions/C] must be an object.'],
    [
      { Resources: {}, Outputs: { O: null } },
      "[/Outputs/O] 'null' values are not allowed in templates.",
    ],
    [
      { Resources: {}, Outputs: { O: {} } },
      '[/Outputs/O] Every Outputs member must contain a Value object.',
    ],
    [
      { Resources: {}, Outputs: { O: { Value: 1, Export: 'n' } } },
      '[/Outputs/O/Export] must be an object.',
    ],
    [
      {
        Resources: {},
        Conditions: { C: { Condition: 'D' }, D: { 'Fn::Not': [{ Condition: 'C' }] } },
      },
      '[/Conditions/C] Circular dependency between conditions: C -> D -> C.',
    ],
    [
      { Resources: {}, Conditions: { C: { 'Fn::Equals': [{ 'Fn::If': ['C', 1, 2] }, 1] } } },
      '[/Conditions/C] Circular dependency between conditions: C -> C.',
    ],
    [
      { Resources: {}, Conditions: chain(20_000) },
      '[/Conditions/C500] More than 500 conditions refer to one another in a row.',
    ],
    [
      { Resources: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`R${at}`, TOPIC])) },
      'Number of resources, 501, is greater than maximum allowed, 500.',
    ],
  ])('%j', async (template, says) => {
    expect(await problemOf(template)).toBe(
      `app: ValidationError: Template format error: ${says} ${NOTHING}`,
    );
  });

  it('names the resources of a cycle', async () => {
    const Resources = { A: { ...TOPIC, DependsOn: 'B' }, B: { ...TOPIC, DependsOn: ['A'] } };

    expect(await problemOf({ Resources })).toBe(
      `app: ValidationError: Circular dependency between resources: A -> B -> A. ${NOTHING}`,
    );
  });

  it('is refused before another stack is provisioned', async () => {
    const good = { name: 'good', template: { Resources: {} }, assets: [], dependencies: [] };
    const bad = {
      ...good,
      name: 'bad',
      template: { Resources: { A: null } } as unknown as Template,
    };
    const cloud = createTestCloud([]);
    const names: string[] = [];

    await expect(provision(cloud, { folder: '', stacks: [good, bad] })).rejects.toBeInstanceOf(
      InvalidTemplate,
    );
    const report = await provision(cloud, { folder: '', stacks: [good] });
    names.push(...report.stacks.map(({ stackName }) => stackName));

    expect(names).toEqual(['good']);
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
describe('a value that cannot be resolved', () => {
  it.each<[unknown, string]>([
    [
      { 'Fn::Select': [2, ['a']] },
      'Template error: Fn::Select cannot select nonexistent value at index 2',
    ],
    [
      { 'Fn::Select': [-1, ['a']] },
      'Template error: Fn::Select cannot select nonexistent value at index -1',
    ],
    [
      { 'Fn::Select': ['x', ['a']] },
      'Template error: Fn::Select cannot select nonexistent value at index x',
    ],
    [
      { 'Fn::Select': [{ Ref: 'AWS::NoValue' }, ['a']] },
      'Template error: Fn::Select requires an integer index and a list',
    ],
    [
      { 'Fn::FindInMap': ['__proto__', 'toString', 'name'] },
      'Template error: Unable to get mapping for __proto__::toString::name',
    ],
    [{ Ref: 'constructor' }, 'Ref to constructor, which was not created'],
    [{ 'Fn::GetAtt': ['__proto__', 'constructor'] }, '__proto__ has no attribute constructor here'],
    [{ 'Fn::If': ['constructor', 1, 2] }, 'the condition does not exist'],
    [{ 'Fn::Nothing': 1 }, 'the function Fn::Nothing is not supported locally'],
  ])('%j', async (value, says) => {
    const message = await problemOf(outputs(value));

    expect(message).toMatch(/^app: ValidationError: \/(?:Outputs\/O|Conditions\/constructor): /);
    expect(message).toContain(says);
  });

  it('is named in a resource', async () => {
    const Properties = { TopicName: { 'Fn::Select': [1, []] } };

    expect(await problemOf({ Resources: { A: { ...TOPIC, Properties } } })).toBe(
      'app: A (AWS::SNS::Topic) was not provisioned, nor what comes after it. ValidationError: /Resources/A/Properties/TopicName: Template error: Fn::Select cannot select nonexistent value at index 1.',
    );
  });

  it('takes no member of every object for an intrinsic function or a resource type', async () => {
    expect(await problemOf(outputs({ constructor: 1 }))).toBe('provisioned');
    expect(await problemOf({ Resources: { A: { Type: 'constructor' } } })).toBe('provisioned');
  });

  it.each<object>([{ 'Fn::Not': [] }, { 'Fn::And': [null] }, { toString: 1 }, {}])(
    'is named in the condition %j',
    async (condition) => {
      const template = { ...outputs({ 'Fn::If': ['C', 1, 2] }), Conditions: { C: condition } };

      expect(await problemOf(template)).toMatch(/^app: ValidationError: \/Conditions\/C: .+\.$/);
    },
  );
});
