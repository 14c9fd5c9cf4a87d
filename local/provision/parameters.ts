import type { Cloud } from '../cloud/cloud.ts';
import { ServiceError } from '../cloud/service-error.ts';
import { referencesOf, UnresolvedIntrinsic } from './intrinsics.ts';
import { call } from './resource-type.ts';
import type { Template, TemplateParameter } from './template.ts';

/** A parameter whose value is the name of a parameter in SSM. */
const OF_SSM = /^AWS::SSM::Parameter::Value<(.+)>$/;
const LIST = /^(?:CommaDelimitedList|List<.+>)$/;

/**
 * The values of the parameters to which a template refers. Others are not looked up, such as the version of CDK's
 * bootstrap stack, which only the CDK's rules read.
 *
 * @param given values by name, in place of the defaults
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * @throws UnresolvedIntrinsic for a parameter without a value, with one that is not allowed, or missing in SSM
 */
export async function parameterValues(
  cloud: Cloud,
  template: Template,
  given: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, unknown>> {
  const { Parameters = {}, Resources, Outputs, Conditions } = template;
  const references = referencesOf([Resources, Outputs, Conditions]);
  const values = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(Parameters)) {
    if (!references.has(name)) continue;
    const value = Object.hasOwn(given, name) ? given[name] : parameter.Default;
    if (value === undefined) {
      throw new UnresolvedIntrinsic(
        `/Parameters/${name}`,
        `Parameters: [${name}] must have values. Pass --parameter ${name}=value.`,
      );
    }
    refuseOthers(name, parameter, value);
    refuseWords(name, parameter, value);
    values.set(name, await valueOf(cloud, parameter.Type, value));
  }
  return values;
}

function refuseOthers(name: string, { AllowedValues }: TemplateParameter, value: unknown): void {
  if (AllowedValues === undefined || AllowedValues.map(String).includes(String(value))) return;
  const problem = `Parameter '${name}' must be one of AllowedValues.`;
  throw new UnresolvedIntrinsic(`/Parameters/${name}`, problem);
}

/** A word would be stored as no value. */
function refuseWords(name: string, { Type }: TemplateParameter, value: unknown): void {
  if (Type !== 'Number') return;
  const text = String(value).trim();
  if (text !== '' && Number.isFinite(Number(text))) return;
  throw new UnresolvedIntrinsic(`/Parameters/${name}`, `Parameter '${name}' must be a number.`);
}

async function valueOf(cloud: Cloud, type: string, value: string | number): Promise<unknown> {
  const [, inSsm] = OF_SSM.exec(type) ?? [];
  if (inSsm !== undefined) {
    const text = await ssmValue(cloud, String(value));
    return LIST.test(inSsm) ? itemsOf(text) : text;
  }
  if (LIST.test(type)) return itemsOf(String(value));
  return type === 'Number' ? Number(value) : value;
}

/** Spaces around items are removed: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
function itemsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

/** @param name with `:version` for one that is not the latest */
async function ssmValue(cloud: Cloud, name: string): Promise<string> {
  try {
    const { Parameter } = await call<{ readonly Parameter: { readonly Value: string } }>(
      { cloud },
      'ssm',
      'GetParameter',
      { Name: name, WithDecryption: true },
    );
    return Parameter.Value;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const problem = `Unable to fetch parameters [${name}] from parameter store for this account. ${error.code}`;
    throw new UnresolvedIntrinsic('AWS::SSM::Parameter', problem);
  }
}

const DYNAMIC = /\{\{resolve:([a-z-]+):([^}]+)\}\}/g;

/**
 * Properties with the values of their dynamic references, `{{resolve:ssm:name:version}}`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 * @throws UnresolvedIntrinsic for a service that this runtime lacks, or a parameter that is missing
 */
export async function withDynamicReferences(
  cloud: Cloud,
  value: unknown,
  path: string,
): Promise<unknown> {
  if (typeof value === 'string') return replaced(cloud, value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      items.push(await withDynamicReferences(cloud, item, `${path}[${index}]`));
    }
    return items;
  }
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    members[name] = await withDynamicReferences(cloud, member, `${path}/${name}`);
  }
  return members;
}

async function replaced(cloud: Cloud, text: string, path: string): Promise<string> {
  let result = text;
  for (const [reference, service = '', key = ''] of text.matchAll(DYNAMIC)) {
    if (service !== 'ssm' && service !== 'ssm-secure') {
      throw new UnresolvedIntrinsic(path, `${reference} is not supported locally.`);
    }
    const value = await ssmValue(cloud, key);
    result = result.replace(reference, () => value);
  }
  return result;
}
