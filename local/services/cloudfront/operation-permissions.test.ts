import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createCloudFrontService } from './index.ts';

const ARN = 'arn:aws:cloudfront::000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = { Id: 'I', DistributionId: 'D', Name: 'f', Resource: `${ARN}:distribution/D` };
  const configured = (member: string, path: string) => ({
    [`Create${member}`]: [`cloudfront:Create${member} ${ARN}:${path}/I`],
    [`Get${member}`]: [`cloudfront:Get${member} ${ARN}:${path}/I`],
    [`Update${member}`]: [`cloudfront:Update${member} ${ARN}:${path}/I`],
    [`Delete${member}`]: [`cloudfront:Delete${member} ${ARN}:${path}/I`],
  });

  expect(permissionsOf(createCloudFrontService, input)).toEqual({
    CreateDistribution: [`cloudfront:CreateDistribution ${ARN}:distribution/*`],
    CreateDistributionWithTags: [
      `cloudfront:CreateDistribution ${ARN}:distribution/*`,
      `cloudfront:TagResource ${ARN}:distribution/*`,
    ],
    GetDistribution: [`cloudfront:GetDistribution ${ARN}:distribution/I`],
    GetDistributionConfig: [`cloudfront:GetDistributionConfig ${ARN}:distribution/I`],
    UpdateDistribution: [`cloudfront:UpdateDistribution ${ARN}:distribution/I`],
    DeleteDistribution: [`cloudfront:DeleteDistribution ${ARN}:distribution/I`],
    ListDistributions: ['cloudfront:ListDistributions *'],
    CreateInvalidation: [`cloudfront:CreateInvalidation ${ARN}:distribution/D`],
    GetInvalidation: [`cloudfront:GetInvalidation ${ARN}:distribution/D`],
    ListInvalidations: [`cloudfront:ListInvalidations ${ARN}:distribution/D`],
    ...configured('OriginAccessControl', 'origin-access-control'),
    ListOriginAccessControls: ['cloudfront:ListOriginAccessControls *'],
    ...configured('CachePolicy', 'cache-policy'),
    ListCachePolicies: ['cloudfront:ListCachePolicies *'],
    ...configured('OriginRequestPolicy', 'origin-request-policy'),
    ListOriginRequestPolicies: ['cloudfront:ListOriginRequestPolicies *'],
    ...configured('ResponseHeadersPolicy', 'response-headers-policy'),
    ListResponseHeadersPolicies: ['cloudfront:ListResponseHeadersPolicies *'],
    CreateFunction: [`cloudfront:CreateFunction ${ARN}:function/f`],
    UpdateFunction: [`cloudfront:UpdateFunction ${ARN}:function/f`],
    PublishFunction: [`cloudfront:PublishFunction ${ARN}:function/f`],
    DescribeFunction: [`cloudfront:DescribeFunction ${ARN}:function/f`],
    GetFunction: [`cloudfront:GetFunction ${ARN}:function/f`],
    DeleteFunction: [`cloudfront:DeleteFunction ${ARN}:function/f`],
    ListFunctions: ['cloudfront:ListFunctions *'],
    TagResource: [`cloudfront:TagResource ${ARN}:distribution/D`],
    UntagResource: [`cloudfront:UntagResource ${ARN}:distribution/D`],
    ListTagsForResource: [`cloudfront:ListTagsForResource ${ARN}:distribution/D`],
  });
});
