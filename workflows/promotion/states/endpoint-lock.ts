import type { Construct } from 'constructs';
import { Claim } from '../../claim/index.ts';
import type { ProjectResources } from '../../project-resources.ts';

/** The lock of the endpoint: one promotion at a time. */
export function endpointClaim(scope: Construct, { claims, names }: ProjectResources): Claim {
  return new Claim(scope, {
    table: claims,
    thing: 'endpoint',
    name: { fixed: names.endpoint },
    ownedBy: names.promotionStateMachine,
    details: { modelPackage: '$states.context.Execution.Input.modelPackageArn' },
  });
}
