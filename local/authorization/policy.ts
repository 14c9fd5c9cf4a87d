import type { Principal, ServicePrincipal } from '../cloud/principal.ts';
import type { PolicyDocument, PolicyStatement } from '../cloud/service.ts';
import { type Condition, compileCondition } from './condition.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { headProblem, statementProblem } from './policy-document.ts';
import { isObject } from './policy-problem.ts';
import type { ContextValues } from './request-context.ts';

/** A compiled policy. */
export interface CompiledPolicy {
  readonly statements: readonly CompiledStatement[];
}

interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly action: Pattern;
  readonly resource: Pattern;
  readonly condition: Condition;
  /** The caller's names; an identity policy, which has no Principal, applies to every caller. */
  readonly principal: (principal: Principal, accountId: string) => PrincipalMatch;
}

/**
 * From the weakest to the strongest. `account`: the caller's account; with `Allow` this only delegates the decision to the
 * account's own policies. `direct`: the caller itself, or every principal. `session`: the session of a role by its own
 * ARN, which no permissions boundary limits.
 */
const MATCHES = ['none', 'account', 'direct', 'session'] as const;

export type PrincipalMatch = (typeof MATCHES)[number];

export function strongest(one: PrincipalMatch, other: PrincipalMatch): PrincipalMatch {
  return MATCHES.indexOf(one) >= MATCHES.indexOf(other) ? one : other;
}

const compiled = new WeakMap<PolicyDocument, CompiledPolicy>();

/** Replaces a policy that cannot be evaluated: it denies everything. */
const DENIES: CompiledStatement = {
  effect: 'Deny',
  action: () => true,
  resource: () => true,
  condition: () => true,
  principal: () => 'direct',
};

/**
 * Compiles a policy once; a changed policy is another document. Services refuse an invalid policy in a request;
 * an invalid stored policy denies everything, so this function never throws.
 */
export function compilePolicy(document: PolicyDocument): CompiledPolicy {
  if (!isObject(document)) return { statements: [DENIES] };
  let policy = compiled.get(document);
  if (policy === undefined) {
    policy = { statements: compileDocument(document) };
    compiled.set(document, policy);
  }
  return policy;
}

function compileDocument(document: PolicyDocument): readonly CompiledStatement[] {
  if (headProblem({ ...document }) !== undefined) return [DENIES];
  const variables = document.Version === '2012-10-17';
  return [document.Statement]
    .flat()
    .map((statement) =>
      statementProblem(statement, 'Statement') === undefined
        ? compileStatement(statement, variables)
        : DENIES,
    );
}

function compileStatement(statement: PolicyStatement, variables: boolean): CompiledStatement {
  return {
    effect: statement.Effect,
    action: compileEither(statement.Action, statement.NotAction, { ignoreCase: true }),
    resource: compileEither(statement.Resource, statement.NotResource, { variables }),
    condition: compileCondition(statement.Condition, variables),
    principal: compilePrincipal(statement),
  };
}

type Texts = string | readonly string[] | undefined;

/** An element or its `Not…`; a statement with neither matches everything (a trust policy has no Resource). */
function compileEither(
  texts: Texts,
  notTexts: Texts,
  options: { readonly ignoreCase?: boolean; readonly variables?: boolean },
): Pattern {
  const compile = (list: string | readonly string[]) =>
    [list].flat().map((text) => compilePattern(text, options));
  if (texts !== undefined) {
    const patterns = compile(texts);
    return (text, context) => patterns.some((pattern) => pattern(text, context));
  }
  if (notTexts === undefined) return () => true;
  const patterns = compile(notTexts);
  return (text, context) => !patterns.some((pattern) => pattern(text, context));
}

function compilePrincipal(statement: PolicyStatement): CompiledStatement['principal'] {
  if (statement.Principal !== undefined) {
    const element = statement.Principal;
    return (principal, accountId) => matchPrincipal(element, principal, accountId);
  }
  if (statement.NotPrincipal !== undefined) {
    const element = statement.NotPrincipal;
    return (principal, accountId) =>
      matchPrincipal(element, principal, accountId) === 'none' ? 'direct' : 'none';
  }
  return () => 'direct';
}

function matchPrincipal(
  element: NonNullable<PolicyStatement['Principal']>,
  principal: Principal,
  accountId: string,
): PrincipalMatch {
  if (typeof element === 'string') return 'direct';
  if (principal.kind === 'service') {
    const services = [element['Service'] ?? []].flat();
    const isNamed =
      services.includes(principal.service) || [element['AWS'] ?? []].flat().includes('*');
    return isNamed ? 'direct' : 'none';
  }
  let match: PrincipalMatch = 'none';
  for (const name of [element['AWS'] ?? []].flat()) {
    match = strongest(match, matchName(name, principal, accountId));
  }
  // The account's own user is the account.
  return match === 'account' && principal.kind === 'account' ? 'direct' : match;
}

function matchName(
  name: string,
  principal: Exclude<Principal, ServicePrincipal>,
  accountId: string,
): PrincipalMatch {
  if (name === principal.arn) return principal.kind === 'role' ? 'session' : 'direct';
  if (name === '*' || (principal.kind === 'role' && name === principal.roleArn)) return 'direct';
  const isAccount = name === accountId || name === `arn:aws:iam::${accountId}:root`;
  return isAccount ? 'account' : 'none';
}

/** The decision of a policy about a request. */
export interface PolicyAnswer {
  readonly denies: boolean;
  readonly allows: PrincipalMatch;
}

export interface PolicyQuestion {
  readonly principal: Principal;
  readonly accountId: string;
  readonly action: string;
  readonly resource: string;
  readonly context: ContextValues;
}

export function askPolicy(policy: CompiledPolicy, question: PolicyQuestion): PolicyAnswer {
  let allows: PrincipalMatch = 'none';
  for (const statement of policy.statements) {
    if (!statement.action(question.action, question.context)) continue;
    if (!statement.resource(question.resource, question.context)) continue;
    const match = statement.principal(question.principal, question.accountId);
    if (match === 'none' || !statement.condition(question.context)) continue;
    if (statement.effect === 'Deny') return { denies: true, allows: 'none' };
    allows = strongest(allows, match);
  }
  return { denies: false, allows };
}
