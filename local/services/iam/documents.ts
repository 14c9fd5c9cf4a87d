import { parseJson } from '../../../engine/index.ts';
import { MalformedPolicyDocument } from './errors.ts';

/** Elements an identity policy's statement may have; trust policies have principals instead of resources. */
const elements = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  'Principal',
  'NotPrincipal',
]);

/**
 * Checks a policy before it is kept.
 *
 * @throws MalformedPolicyDocument in IAM's words
 */
export function checkedDocument(text: string | undefined, kind: 'identity' | 'trust'): string {
  let document: unknown;
  try {
    document = parseJson(text ?? '');
  } catch {
    throw new MalformedPolicyDocument('This policy contains invalid Json');
  }
  if (typeof document !== 'object' || document === null || !('Statement' in document)) {
    throw new MalformedPolicyDocument('Syntax errors in policy.');
  }
  for (const statement of [document.Statement].flat()) checkStatement(statement, kind);
  return text ?? '';
}

function checkStatement(statement: unknown, kind: 'identity' | 'trust'): void {
  if (typeof statement !== 'object' || statement === null) {
    throw new MalformedPolicyDocument('Syntax errors in policy.');
  }
  const given = statement as Readonly<Record<string, unknown>>;
  if (Object.keys(given).some((name) => !elements.has(name))) {
    throw new MalformedPolicyDocument('Syntax errors in policy.');
  }
  if (given['Effect'] !== 'Allow' && given['Effect'] !== 'Deny') {
    throw new MalformedPolicyDocument('Syntax errors in policy.');
  }
  if (given['Action'] === undefined && given['NotAction'] === undefined) {
    throw new MalformedPolicyDocument('Policy statement must contain actions.');
  }
  const hasPrincipal = given['Principal'] !== undefined || given['NotPrincipal'] !== undefined;
  const hasResource = given['Resource'] !== undefined || given['NotResource'] !== undefined;
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
