import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Claim } from '../claim/index.ts';
import { quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';

/**
 * The same bytes with the same code version give the same model, under whatever name and version
 * they were uploaded; so content is claimed, too, once it is known. A run that has trained on it, or is
 * about to, keeps its claim; the claim of one that failed is taken over.
 */
export function contentClaim(scope: Construct, resources: ProjectResources): Claim {
  const { claims, code, names } = resources;
  return new Claim(scope, {
    table: claims,
    thing: 'content',
    key: `"content#" & $inspection.sha256 & ${quote(`-${code.version}`)}`,
    owners: [
      Stack.of(scope).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${names.trainingStateMachine}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    keptWhile: ['SUCCEEDED', 'RUNNING', 'PENDING_REDRIVE'],
    details: { datasetId: '$dataset.id' },
  });
}
