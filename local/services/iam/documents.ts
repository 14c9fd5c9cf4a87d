import { type PolicyProblem, readPolicyDocument, statementsOf } from '../../authorization/index.ts';
import type { PolicyStatement } from '../../cloud/service.ts';
import { MalformedPolicyDocument } from './errors.ts';

/**
 * Validates a policy before it is stored.
 *
 * @throws MalformedPolicyDocument with IAM's messages
 */
export function checkedDocument(text: string | undefined, kind: 'identity' | 'trust'): string {
  const document = readPolicyDocument(text ?? '', kind, malformed);
  for (const statement of statementsOf(document)) checkStatement(statement, kind);
  return text ?? '';
}

function malformed({ rule }: PolicyProblem): MalformedPolicyDocument {
  if (rule === 'json') return new MalformedPolicyDocument('This policy contains invalid Json');
  return new MalformedPolicyDocument(
    rule === 'date' ? 'The policy failed legacy parsing' : 'Syntax errors in policy.',
  );
}

function checkStatement(given: PolicyStatement, kind: 'identity' | 'trust'): void {
  if (given.Action === undefined && given.NotAction === undefined) {
    throw new MalformedPolicyDocument('Policy statement must contain actions.');
  }
  const hasPrincipal = given.Principal !== undefined || given.NotPrincipal !== undefined;
  const hasResource = given.Resource !== undefined || given.NotResource !== undefined;
  if (kind === 'trust') {
    if (hasResource) throw new MalformedPolicyDocument('Has prohibited field Resource');
    if (!hasPrincipal) throw new MalformedPolicyDocument('Missing required field Principal');
    return;
  }
  if (hasPrincipal) {
    throw new MalformedPolicyDocument('Policy document should not specify a principal.');
  }
  if (!hasResource) {
    throw new MalformedPolicyDocument('Policy statement must contain resources.');
  }
}
