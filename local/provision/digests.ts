import { createHash } from 'node:crypto';
import type { Cloud } from '../cloud/cloud.ts';
import type { Properties, ResourceType } from './resource-type.ts';
import { findResourceType } from './resource-types.ts';
import type { Stack } from './template.ts';

/** Increase this when the same template would be provisioned differently. */
const PROVISIONING_VERSION = 2;

/** The digest of a stack while it is updated: no template has it, and every resource is applied again. */
export const UNFINISHED = '';

/** The digest of a stack of which only some resources were updated: no template has it, and resources are compared. */
export const PARTIAL = 'partial';

/** What decides whether a stack must be updated. */
export function digestStack(
  cloud: Cloud,
  { template }: Stack,
  parameters: ReadonlyMap<string, unknown> = new Map(),
): string {
  const types = Object.values(template.Resources).map(({ Type }) => findResourceType(Type));
  const hasAddress = types.some((type) => type?.hasAddress === true);
  const ports = hasAddress ? portsOf(cloud) : [];
  const values = parameters.size === 0 ? [] : [[...parameters]];
  return digestOf([PROVISIONING_VERSION, template, ...ports, ...values]);
}

/** What decides whether a resource must be updated. */
export function digestResource(
  cloud: Cloud,
  { hasAddress }: ResourceType,
  type: string,
  properties: Properties,
): string {
  const facts = hasAddress === true ? portsOf(cloud) : [];
  return digestOf([PROVISIONING_VERSION, type, properties, ...facts]);
}

/** Where this runtime listens, for resources whose attributes say so. */
function portsOf({ endpoint = '', sites }: Cloud): readonly string[] {
  return [endpoint, String(sites?.port)];
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
