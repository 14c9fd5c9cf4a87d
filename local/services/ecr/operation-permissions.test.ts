import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createEcrService } from './index.ts';

const ARN = 'arn:aws:ecr:us-east-1:000000000000:repository/team/app';

const ON_REPOSITORY = [
  'BatchCheckLayerAvailability',
  'BatchDeleteImage',
  'BatchGetImage',
  'CompleteLayerUpload',
  'DeleteLifecyclePolicy',
  'DeleteRepository',
  'DeleteRepositoryPolicy',
  'DescribeImages',
  'DescribeRepositories',
  'GetDownloadUrlForLayer',
  'GetLifecyclePolicy',
  'GetRepositoryPolicy',
  'InitiateLayerUpload',
  'ListImages',
  'ListTagsForResource',
  'PutImage',
  'PutImageScanningConfiguration',
  'PutImageTagMutability',
  'PutLifecyclePolicy',
  'SetRepositoryPolicy',
  'TagResource',
  'UntagResource',
  'UploadLayerPart',
];

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    repositoryName: 'team/app',
    repositoryNames: ['team/app'],
    resourceArn: ARN,
    tags: [{ Key: 'a', Value: 'b' }],
  };

  expect(permissionsOf(createEcrService, input)).toEqual({
    ...Object.fromEntries(ON_REPOSITORY.map((name) => [name, [`ecr:${name} ${ARN}`]])),
    CreateRepository: [`ecr:CreateRepository ${ARN}`, `ecr:TagResource ${ARN}`],
    GetAuthorizationToken: ['ecr:GetAuthorizationToken *'],
  });
});
