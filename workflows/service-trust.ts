import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * A service that may take on a role, or write to a resource, only for what it does in this account for
 * these sources; otherwise it could be made to act for those of another account:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @param sourceArns with wildcards where names are not known before
 */
export function serviceActingFor(
  scope: IConstruct,
  service: string,
  sourceArns: readonly string[],
): ServicePrincipal {
  return new ServicePrincipal(service, {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
      ArnLike: { 'aws:SourceArn': sourceArns.length === 1 ? sourceArns[0] : [...sourceArns] },
    },
  });
}
