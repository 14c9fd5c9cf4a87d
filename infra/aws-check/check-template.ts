import { type CloudFormationClient, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { type CheckResult, judgeError } from './report.ts';
import type { Template } from './template.ts';

const CHECK = 'ValidateTemplate';

/** Of a template in a request. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html */
const BODY_BYTES = 51_200;

/** Properties with a long text, which another check validates. */
const LONG_PROPERTIES: ReadonlySet<string> = new Set(['DefinitionString', 'DashboardBody']);

/**
 * Lets CloudFormation read the template. A request holds a fifth of one, and putting it into a bucket
 * would write, so the template is sent in parts. A reference to a resource of another part becomes text.
 */
export async function checkTemplate(
  client: CloudFormationClient,
  stack: string,
  template: Template,
): Promise<readonly CheckResult[]> {
  const parts = splitTemplate(template);
  const results: CheckResult[] = [];
  for (const [index, part] of parts.entries()) {
    const subject = `${stack}, part ${index + 1} of ${parts.length}`;
    if (bytesOf(part) > BODY_BYTES) {
      const note = `${Object.keys(part.Resources).join(', ')} is larger than a request`;
      results.push({ check: CHECK, subject, status: 'left out', note });
      continue;
    }
    try {
      await client.send(new ValidateTemplateCommand({ TemplateBody: JSON.stringify(part) }));
      results.push({ check: CHECK, subject, status: 'ok' });
    } catch (error) {
      results.push(judgeError(CHECK, subject, error));
    }
  }
  return results;
}

/** Templates of a request's size that have every resource once; a larger one stands alone. */
export function splitTemplate(template: Template): readonly Template[] {
  const { Conditions, Mappings, Parameters } = template as Template & {
    readonly Conditions?: unknown;
  };
  const common = {
    ...(Conditions === undefined ? {} : { Conditions }),
    ...(Mappings === undefined ? {} : { Mappings }),
    ...(Parameters === undefined ? {} : { Parameters }),
  };
  const parts: Record<string, unknown>[] = [{}];
  const makePart = (resources: Record<string, unknown>) =>
    ({ ...common, Resources: resources }) as Template;
  for (const [id, resource] of Object.entries(template.Resources)) {
    const entry = { [id]: withoutLongText(resource) };
    const last = parts.at(-1) ?? {};
    const isFull = bytesOf(makePart({ ...last, ...entry })) > BODY_BYTES;
    if (isFull && Object.keys(last).length > 0) parts.push(entry);
    else Object.assign(last, entry);
  }
  return parts.map((resources) => makePart(cutReferences(resources, resources, template)));
}

function bytesOf(template: Template): number {
  return Buffer.byteLength(JSON.stringify(template));
}

function withoutLongText(resource: unknown): unknown {
  const { Properties: properties } = resource as { readonly Properties?: object };
  if (properties === undefined) return resource;
  const shortened = Object.entries(properties).map(([name, value]) => [
    name,
    LONG_PROPERTIES.has(name) ? '{}' : value,
  ]);
  return { ...(resource as object), Properties: Object.fromEntries(shortened) };
}

/** Only references to resources of the same part stay references. */
function cutReferences<Value>(value: Value, part: object, template: Template): Value {
  const isElsewhere = (id: unknown) =>
    typeof id === 'string' && Object.hasOwn(template.Resources, id) && !Object.hasOwn(part, id);
  const cutText = (text: string) =>
    text.replaceAll(/\$\{([^.}!]+)(\.[^}]+)?\}/g, (whole, id: string, attribute = '') =>
      isElsewhere(id) ? `${id}${attribute}` : whole,
    );
  const cut = (given: unknown): unknown => {
    if (Array.isArray(given)) return given.map(cut);
    if (typeof given !== 'object' || given === null) return given;
    const {
      'Fn::GetAtt': attribute,
      'Fn::Sub': text,
      Ref: id,
    } = given as Readonly<Record<string, unknown>>;
    if (isElsewhere(id)) return id;
    if (Array.isArray(attribute) && isElsewhere(attribute[0])) return attribute.join('.');
    if (typeof text === 'string') return { 'Fn::Sub': cutText(text) };
    return Object.fromEntries(
      Object.entries(given).flatMap(([key, member]) => {
        if (key !== 'DependsOn') return [[key, cut(member)]];
        const kept = [member as string | readonly string[]]
          .flat()
          .filter((dependency) => !isElsewhere(dependency));
        return kept.length === 0 ? [] : [[key, kept]];
      }),
    );
  };
  return cut(value) as Value;
}
