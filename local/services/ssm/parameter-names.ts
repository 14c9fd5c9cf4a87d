import type { Account } from '../../cloud/service.ts';
import {
  AccessDeniedException,
  HierarchyLevelLimitExceededException,
  ValidationException,
} from './errors.ts';
import { HIERARCHY_LEVELS, LONGEST_NAME_CHARACTERS } from './limits.ts';

/** Names that begin with `/` have no second one in their ARN. */
export function parameterArn(cloud: Account, name: string): string {
  if (name.startsWith('arn:')) return name;
  return cloud.arn('ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);
}

/** Parameters may be named by their ARN; blanks around a name are taken away. */
export function nameOf(cloud: Account, text: string): string {
  const name = text.trim();
  const prefix = cloud.arn('ssm', 'parameter');
  if (!name.startsWith(prefix)) return name;
  const path = name.slice(prefix.length);
  return path.lastIndexOf('/') === 0 ? path.slice(1) : path;
}

export interface Selector {
  readonly name: string;
  /** A version number or a label. */
  readonly selector: string | undefined;
}

export function selectorOf(text: string): Selector {
  const start = text.startsWith('arn:') ? text.indexOf(':parameter/') + 1 : 0;
  const colon = text.indexOf(':', start);
  if (colon < 0) return { name: text, selector: undefined };
  return { name: text.slice(0, colon), selector: text.slice(colon + 1) };
}

const MISSPELLED =
  'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';

function isMisspelled(name: string): boolean {
  const isUnqualified = name.includes('/') && !name.startsWith('/');
  const hasEmptyLevel = name.replace(/^\//, '').split('/').includes('');
  return isUnqualified || hasEmptyLevel || !/^[\w./-]+$/.test(name);
}

/**
 * Judges the name of a parameter that is read, which needs no such parameter to be refused; a deletion
 * does not find it. The sentences are those that people report of GetParameter.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws ValidationException
 */
export function checkReference(reference: string): void {
  const text = reference.trim();
  if (text.startsWith('arn:')) return;
  const { name, selector } = selectorOf(text);
  if (selector === '' || selector?.includes(':') === true) {
    throw new ValidationException(
      'Invalid parameter name. Please use correct syntax for referencing a version/label  <name>:<version/label>',
    );
  }
  if (isMisspelled(name)) throw new ValidationException(MISSPELLED);
}

/** @throws AccessDeniedException, HierarchyLevelLimitExceededException, ValidationException */
export function checkName(name: string): void {
  if (name.includes('/') && !name.startsWith('/')) {
    throw new ValidationException('Parameter name must be a fully qualified name');
  }
  const levels = name.replace(/^\//, '').split('/');
  const isReserved = /^\/?(?:aws|ssm)/i.test(name);
  if (isReserved && levels.length === 1) {
    throw new ValidationException(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  }
  if (/^\/aws/i.test(name)) {
    throw new AccessDeniedException(`No access to reserved parameter name: ${name}.`);
  }
  if (isReserved || isMisspelled(name)) throw new ValidationException(MISSPELLED);
  if (levels.length > HIERARCHY_LEVELS) throw new HierarchyLevelLimitExceededException();
}

/** A value that refers to another parameter, which Parameter Store leaves to the services that read it. */
export const NESTED = /\{\{[^{}]*\}\}/;

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export function checkNameLength(cloud: Account, name: string): void {
  if (parameterArn(cloud, name).length <= LONGEST_NAME_CHARACTERS) return;
  throw new ValidationException(
    `Parameter name: can't have more than ${LONGEST_NAME_CHARACTERS} characters, those of its ARN included.`,
  );
}
