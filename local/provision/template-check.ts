import { dependencyOrder } from './dependency-order.ts';
import type { Template } from './template.ts';
import { TemplateProblem } from './template-problem.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const RESOURCES_LIMIT = 500;
/** The longest chain of conditions; CloudFormation documents no such limit. */
const CONDITION_CHAIN_LIMIT = 500;

/**
 * Validates a template before anything is provisioned.
 *
 * @throws TemplateProblem with CloudFormation's message and the position
 */
export function checkTemplate(template: unknown): asserts template is Template {
  if (!isObject(template)) throw new TemplateProblem('', 'unsupported structure.');
  const sections = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'] as const;
  for (const section of sections) {
    if (template[section] !== undefined) objectAt(template[section], `/${section}`);
  }
  if (template['Resources'] === undefined) {
    throw new TemplateProblem('', 'At least one Resources member must be defined.');
  }
  eachOf(template['Parameters'], '/Parameters', checkParameter);
  eachOf(template['Mappings'], '/Mappings', objectAt);
  eachOf(template['Conditions'], '/Conditions', objectAt);
  eachOf(template['Resources'], '/Resources', checkResource);
  eachOf(template['Outputs'], '/Outputs', checkOutput);
  const count = Object.keys(template['Resources'] as object).length;
  if (count > RESOURCES_LIMIT) {
    const limit = `is greater than maximum allowed, ${RESOURCES_LIMIT}`;
    throw new TemplateProblem('', `Number of resources, ${count}, ${limit}`);
  }
  checkConditions((template as unknown as Template).Conditions ?? {});
  dependencyOrder((template as unknown as Template).Resources);
}

function eachOf(section: unknown, place: string, check: (value: unknown, place: string) => void) {
  for (const [name, value] of Object.entries(section ?? {})) check(value, `${place}/${name}`);
}

function checkParameter(value: unknown, place: string): void {
  typeAt(objectAt(value, place), place, 'Parameters');
}

function checkResource(value: unknown, place: string): void {
  const resource = objectAt(value, place);
  typeAt(resource, place, 'Resources');
  if (resource['Properties'] !== undefined) {
    objectAt(resource['Properties'], `${place}/Properties`);
  }
  for (const name of ['Condition', 'DeletionPolicy', 'UpdateReplacePolicy']) {
    textAt(resource[name], `${place}/${name}`);
  }
  const { DependsOn: given } = resource;
  for (const item of Array.isArray(given) ? given : [given]) textAt(item, `${place}/DependsOn`);
}

function checkOutput(value: unknown, place: string): void {
  const output = objectAt(value, place);
  if (output['Value'] === undefined) {
    throw new TemplateProblem(place, 'Every Outputs member must contain a Value object');
  }
  notNull(output['Value'], `${place}/Value`);
  for (const name of ['Condition', 'Description']) textAt(output[name], `${place}/${name}`);
  if (output['Export'] === undefined) return;
  const { Name: name } = objectAt(output['Export'], `${place}/Export`);
  if (name === undefined) {
    throw new TemplateProblem(`${place}/Export`, 'Every Export object must contain a Name member.');
  }
}

/** A cycle of conditions, or a chain that is too long. */
function checkConditions(conditions: Readonly<Record<string, unknown>>): void {
  const known = new Set<string>();
  const visit = (name: string, before: readonly string[]) => {
    if (known.has(name) || !Object.hasOwn(conditions, name)) return;
    if (before.includes(name)) {
      const cycle = [...before.slice(before.indexOf(name)), name].join(' -> ');
      throw new TemplateProblem(
        `/Conditions/${name}`,
        `Circular dependency between conditions: ${cycle}`,
      );
    }
    if (before.length >= CONDITION_CHAIN_LIMIT) {
      throw new TemplateProblem(
        `/Conditions/${name}`,
        `More than ${CONDITION_CHAIN_LIMIT} conditions refer to one another in a row`,
      );
    }
    for (const other of conditionsIn(conditions[name])) visit(other, [...before, name]);
    known.add(name);
  };
  for (const name of Object.keys(conditions)) visit(name, []);
}

/** The conditions that a value refers to, by `Condition` and `Fn::If`. */
function conditionsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(conditionsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const named: unknown = key === 'Fn::If' && Array.isArray(item) ? item[0] : item;
    const isName = (key === 'Condition' || key === 'Fn::If') && typeof named === 'string';
    return [...(isName ? [named] : []), ...conditionsIn(item)];
  });
}

function typeAt(value: Readonly<Record<string, unknown>>, place: string, section: string): void {
  if (value['Type'] === undefined) {
    throw new TemplateProblem(place, `Every ${section} object must contain a Type member.`);
  }
  textAt(value['Type'], `${place}/Type`);
}

function objectAt(value: unknown, place: string): Readonly<Record<string, unknown>> {
  notNull(value, place);
  if (!isObject(value)) throw new TemplateProblem(place, 'must be an object');
  return value;
}

function textAt(value: unknown, place: string): void {
  notNull(value, place);
  if (value !== undefined && typeof value !== 'string') {
    throw new TemplateProblem(place, 'must be a string');
  }
}

function notNull(value: unknown, place: string): void {
  if (value === null)
    throw new TemplateProblem(place, "'null' values are not allowed in templates");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
