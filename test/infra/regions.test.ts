import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { supportedRegions } from '../../infra/regions.ts';
import { createStack } from '../../infra/testing/project-stack.ts';
import { preparePythonPrograms } from '../python-programs.ts';

/** Prints which of the types CloudFormation's published schemas lack, region by region. */
const LACKING = `
import json, sys
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
types, regions = json.load(sys.stdin)
print(json.dumps({
    region: [name for name in types if name not in PROVIDER_SCHEMA_MANAGER.get_resource_types(region)]
    for region in regions if region in REGIONS
}))
`;

it('supports only regions that have every resource type of the stack', async () => {
  const programs = await preparePythonPrograms(resolve('test/infra/requirements.txt'));
  const template = Template.fromStack(createStack().stack).toJSON() as {
    Resources: Record<string, { Type: string }>;
  };
  const types = [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].filter(
    (type) => type.startsWith('AWS::'),
  );
  const known = ['cn-north-1', 'ap-south-2'];

  const lacking = JSON.parse(
    execFileSync(join(programs, 'python'), ['-c', LACKING], {
      input: JSON.stringify([types, [...supportedRegions, ...known]]),
      encoding: 'utf8',
    }),
  ) as Record<string, string[]>;

  for (const region of supportedRegions) {
    expect({ region, lacks: lacking[region] }).toEqual({ region, lacks: [] });
  }
  // The witness does find what is missing where it is.
  for (const region of known)
    expect(lacking[region]).toEqual(['AWS::SageMaker::ModelPackageGroup']);
});
