import { parseJson } from '../../engine/index.ts';
import type { PolicyDocument, PolicyStatement } from '../cloud/service.ts';
import { conditionProblem } from './condition.ts';
import { isObject, type PolicyProblem, problem } from './policy-problem.ts';

/** The kind of a policy: resource policies, including trust policies, name principals. */
export type PolicyKind = 'identity' | 'trust' | 'resource';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const DOCUMENT_ELEMENTS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const VERSIONS: ReadonlySet<unknown> = new Set(['2008-10-17', '2012-10-17']);
const STATEMENT_ELEMENTS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const PRINCIPAL_TYPES: ReadonlySet<string> = new Set([
  'AWS',
  'CanonicalUser',
  'Federated',
  'Service',
]);

/** Replaces an unreadable policy: it denies everything to every principal. */
const DENIES_EVERYTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }],
};

/**
 * Parses and validates a policy from a request.
 *
 * @param refuse creates the service's error for a problem
 */
export function readPolicyDocument(
  text: string,
  kind: PolicyKind,
  refuse: (problem: PolicyProblem) => Error,
): PolicyDocument {
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (cause) {
    throw Object.assign(refuse(problem('json', '', 'The policy is not valid JSON')), { cause });
  }
  const found = documentProblem(document, kind);
  if (found !== undefined) throw refuse(found);
  return document as PolicyDocument;
}

/** Parses a stored policy, which an earlier version may not have validated: an unreadable one denies everything. */
export function storedPolicyDocument(text: string): PolicyDocument {
  try {
    const document: unknown = parseJson(text);
    return isObject(document) ? (document as unknown as PolicyDocument) : DENIES_EVERYTHING;
  } catch {
    return DENIES_EVERYTHING;
  }
}

/** The statements of a stored policy, including unreadable ones, which deny. */
export function statementsOf(document: PolicyDocument | undefined): readonly PolicyStatement[] {
  if (document === undefined) return [];
  const given: unknown = isObject(document) ? document['Statement'] : undefined;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.flatMap((statement) =>
    isObject(statement) ? (statement as unknown as PolicyStatement) : DENIES_EVERYTHING.Statement,
  );
}

function documentProblem(document: unknown, kind: PolicyKind): PolicyProblem | undefined {
  if (!isObject(document)) return problem('syntax', '', 'The policy must be an object');
  const found = headProblem(document);
  if (found !== undefined) return found;
  const given = document['Statement'];
  if (given === undefined) return problem('missing', 'Statement', 'is missing');
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0) return problem('empty', 'Statement', 'must not be empty');
  for (const [index, statement] of list.entries()) {
    const place = Array.isArray(given) ? `Statement[${index}]` : 'Statement';
    const inStatement = statementProblem(statement, place) ?? memberProblem(statement, place, kind);
    if (inStatement !== undefined) return inStatement;
  }
  return undefined;
}

/** Finds a problem outside the statements; a policy of another version cannot be evaluated. */
export function headProblem(document: Readonly<Record<string, unknown>>) {
  const unknown = Object.keys(document).find((name) => !DOCUMENT_ELEMENTS.has(name));
  if (unknown !== undefined) return problem('syntax', unknown, 'is not an element of a policy');
  const { Version: version, Id: id } = document;
  if (version !== undefined && !VERSIONS.has(version)) {
    return problem('syntax', 'Version', 'must be 2012-10-17 or 2008-10-17');
  }
  if (id !== undefined && typeof id !== 'string')
    return problem('syntax', 'Id', 'must be a string');
  return undefined;
}

/** The reason why a statement cannot be evaluated. */
export function statementProblem(statement: unknown, place: string): PolicyProblem | undefined {
  if (!isObject(statement)) return problem('syntax', place, 'must be an object');
  const unknown = Object.keys(statement).find((name) => !STATEMENT_ELEMENTS.has(name));
  if (unknown !== undefined) {
    return problem('syntax', `${place}.${unknown}`, 'is not an element of a statement');
  }
  const { Sid: sid, Effect: effect, Condition: condition } = statement;
  if (sid !== undefined && typeof sid !== 'string') {
    return problem('syntax', `${place}.Sid`, 'must be a string');
  }
  if (effect !== 'Allow' && effect !== 'Deny') {
    return problem('effect', `${place}.Effect`, 'must be Allow or Deny');
  }
  return (
    eitherProblem(statement, 'Action', place) ??
    eitherProblem(statement, 'Resource', place) ??
    eitherProblem(statement, 'Principal', place) ??
    (condition === undefined ? undefined : conditionProblem(condition, `${place}.Condition`))
  );
}

/** The required elements of a kind of policy. IAM has further rules with its own messages. */
function memberProblem(
  statement: unknown,
  place: string,
  kind: PolicyKind,
): PolicyProblem | undefined {
  if (kind !== 'resource' || !isObject(statement)) return undefined;
  for (const element of ['Principal', 'Action'] as const) {
    if (statement[element] === undefined && statement[`Not${element}`] === undefined) {
      return problem('missing', `${place}.${element}`, 'is missing');
    }
  }
  return undefined;
}

type Either = 'Action' | 'Resource' | 'Principal';

/** An element or its `Not…`, not both. */
function eitherProblem(
  statement: Readonly<Record<string, unknown>>,
  element: Either,
  place: string,
): PolicyProblem | undefined {
  if (statement[element] !== undefined && statement[`Not${element}`] !== undefined) {
    return problem('syntax', `${place}.Not${element}`, `must not stand beside ${element}`);
  }
  for (const name of [element, `Not${element}`]) {
    const value = statement[name];
    if (value === undefined) continue;
    const isGood = element === 'Principal' ? isPrincipal(value) : isTexts(value);
    if (isGood) continue;
    const rule =
      element === 'Principal' ? 'must be * or an object of' : 'must be a string or a list of';
    return problem(RULES[element], `${place}.${name}`, `${rule} strings`);
  }
  return undefined;
}

const RULES = { Action: 'action', Resource: 'resource', Principal: 'principal' } as const;

function isPrincipal(value: unknown): boolean {
  if (value === '*') return true;
  return (
    isObject(value) &&
    Object.entries(value).every(([type, names]) => PRINCIPAL_TYPES.has(type) && isTexts(names))
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every((item) => typeof item === 'string')
    : typeof value === 'string';
}
