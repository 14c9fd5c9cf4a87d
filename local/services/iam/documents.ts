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
  const actions = textsOf(given.Action ?? given.NotAction);
  if (actions.length === 0) {
    throw new MalformedPolicyDocument('Policy statement must contain actions.');
  }
  for (const action of actions) checkAction(action);
  const hasPrincipal = given.Principal !== undefined || given.NotPrincipal !== undefined;
  const resources = textsOf(given.Resource ?? given.NotResource);
  const hasResource = given.Resource !== undefined || given.NotResource !== undefined;
  if (kind === 'trust') {
    if (hasResource) throw new MalformedPolicyDocument('Has prohibited field Resource');
    if (!hasPrincipal) throw new MalformedPolicyDocument('Missing required field Principal');
    if (!actions.every((action) => TRUST_ACTION.test(action))) {
      throw new MalformedPolicyDocument(
        'AssumeRole policy may only specify STS AssumeRole actions.',
      );
    }
    return;
  }
  if (hasPrincipal) {
    throw new MalformedPolicyDocument('Policy document should not specify a principal.');
  }
  if (resources.length === 0) {
    throw new MalformedPolicyDocument('Policy statement must contain resources.');
  }
  for (const resource of resources) checkResource(resource);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
const TRUST_ACTION =
  /^sts:(\*|AssumeRole\w*\*?|TagSession|SetSourceIdentity|SetContext|Assume\*)$/i;

const PARTITION = /^(aws(-[a-z]+)*|\*|\$\{.*\})$/;

function textsOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : [value].flat();
}

function checkAction(action: string): void {
  if (action === '*') return;
  const [vendor = '', ...rest] = action.split(':');
  if (rest.length === 0) {
    throw new MalformedPolicyDocument(
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    );
  }
  if (rest.length > 1) {
    throw new MalformedPolicyDocument('Actions/Condition can contain only one colon.');
  }
  if (vendor !== '*' && /[^\w.-]|_/.test(vendor)) {
    throw new MalformedPolicyDocument(`Vendor ${vendor} is not valid`);
  }
}

function checkResource(resource: string): void {
  if (resource === '*') return;
  const [arn, partition = ''] = resource.split(':');
  if (arn !== 'arn') {
    throw new MalformedPolicyDocument(`Resource ${resource} must be in ARN format or "*".`);
  }
  if (!PARTITION.test(partition)) {
    throw new MalformedPolicyDocument(
      `Partition "${partition}" is not valid for resource "${resource}".`,
    );
  }
}
