import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createSageMakerService } from './index.ts';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000';
const ROLE = 'arn:aws:iam::000000000000:role/r';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    EndpointName: 'e',
    EndpointConfigName: 'c',
    ModelName: 'm',
    ModelPackageGroupName: 'g',
    ModelPackageName: `${ARN}:model-package/g/1`,
    ModelPackageArn: `${ARN}:model-package/g/1`,
    ProcessingJobName: 'p',
    TrainingJobName: 't',
    TransformJobName: 'x',
    ResourceArn: `${ARN}:endpoint/e`,
    RoleArn: ROLE,
    ExecutionRoleArn: ROLE,
    ModelPackageArnList: [`${ARN}:model-package/g/1`],
    Tags: [{ Key: 'a', Value: 'b' }],
  };

  expect(permissionsOf(createSageMakerService, input)).toEqual({
    CreateProcessingJob: [
      `sagemaker:CreateProcessingJob ${ARN}:processing-job/p`,
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"sagemaker.amazonaws.com"}',
      `sagemaker:AddTags ${ARN}:processing-job/p`,
    ],
    DescribeProcessingJob: [`sagemaker:DescribeProcessingJob ${ARN}:processing-job/p`],
    ListProcessingJobs: ['sagemaker:ListProcessingJobs *'],
    StopProcessingJob: [`sagemaker:StopProcessingJob ${ARN}:processing-job/p`],
    CreateTrainingJob: [
      `sagemaker:CreateTrainingJob ${ARN}:training-job/t`,
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"sagemaker.amazonaws.com"}',
      `sagemaker:AddTags ${ARN}:training-job/t`,
    ],
    DescribeTrainingJob: [`sagemaker:DescribeTrainingJob ${ARN}:training-job/t`],
    ListTrainingJobs: ['sagemaker:ListTrainingJobs *'],
    StopTrainingJob: [`sagemaker:StopTrainingJob ${ARN}:training-job/t`],
    CreateTransformJob: [
      `sagemaker:CreateTransformJob ${ARN}:transform-job/x`,
      `sagemaker:AddTags ${ARN}:transform-job/x`,
    ],
    DescribeTransformJob: [`sagemaker:DescribeTransformJob ${ARN}:transform-job/x`],
    ListTransformJobs: ['sagemaker:ListTransformJobs *'],
    StopTransformJob: [`sagemaker:StopTransformJob ${ARN}:transform-job/x`],
    CreateModelPackageGroup: [
      `sagemaker:CreateModelPackageGroup ${ARN}:model-package-group/g`,
      `sagemaker:AddTags ${ARN}:model-package-group/g`,
    ],
    DescribeModelPackageGroup: [`sagemaker:DescribeModelPackageGroup ${ARN}:model-package-group/g`],
    ListModelPackageGroups: ['sagemaker:ListModelPackageGroups *'],
    DeleteModelPackageGroup: [`sagemaker:DeleteModelPackageGroup ${ARN}:model-package-group/g`],
    PutModelPackageGroupPolicy: [
      `sagemaker:PutModelPackageGroupPolicy ${ARN}:model-package-group/g`,
    ],
    GetModelPackageGroupPolicy: [
      `sagemaker:GetModelPackageGroupPolicy ${ARN}:model-package-group/g`,
    ],
    DeleteModelPackageGroupPolicy: [
      `sagemaker:DeleteModelPackageGroupPolicy ${ARN}:model-package-group/g`,
    ],
    CreateModelPackage: [`sagemaker:CreateModelPackage ${ARN}:model-package/g/1`],
    DescribeModelPackage: [`sagemaker:DescribeModelPackage ${ARN}:model-package/g/1`],
    UpdateModelPackage: [`sagemaker:UpdateModelPackage ${ARN}:model-package/g/1`],
    ListModelPackages: ['sagemaker:ListModelPackages *'],
    DeleteModelPackage: [`sagemaker:DeleteModelPackage ${ARN}:model-package/g/1`],
    BatchDescribeModelPackage: [`sagemaker:BatchDescribeModelPackage ${ARN}:model-package/g/1`],
    CreateModel: [
      `sagemaker:CreateModel ${ARN}:model/m`,
      'iam:PassRole arn:aws:iam::000000000000:role/r {"iam:PassedToService":"sagemaker.amazonaws.com"}',
    ],
    DescribeModel: [`sagemaker:DescribeModel ${ARN}:model/m`],
    ListModels: ['sagemaker:ListModels *'],
    DeleteModel: [`sagemaker:DeleteModel ${ARN}:model/m`],
    CreateEndpointConfig: [`sagemaker:CreateEndpointConfig ${ARN}:endpoint-config/c`],
    DescribeEndpointConfig: [`sagemaker:DescribeEndpointConfig ${ARN}:endpoint-config/c`],
    ListEndpointConfigs: ['sagemaker:ListEndpointConfigs *'],
    DeleteEndpointConfig: [`sagemaker:DeleteEndpointConfig ${ARN}:endpoint-config/c`],
    CreateEndpoint: [
      `sagemaker:CreateEndpoint ${ARN}:endpoint/e`,
      `sagemaker:CreateEndpoint ${ARN}:endpoint-config/c`,
    ],
    UpdateEndpoint: [
      `sagemaker:UpdateEndpoint ${ARN}:endpoint/e`,
      `sagemaker:UpdateEndpoint ${ARN}:endpoint-config/c`,
    ],
    UpdateEndpointWeightsAndCapacities: [
      `sagemaker:UpdateEndpointWeightsAndCapacities ${ARN}:endpoint/e`,
    ],
    DescribeEndpoint: [`sagemaker:DescribeEndpoint ${ARN}:endpoint/e`],
    ListEndpoints: ['sagemaker:ListEndpoints *'],
    DeleteEndpoint: [`sagemaker:DeleteEndpoint ${ARN}:endpoint/e`],
    InvokeEndpoint: [`sagemaker:InvokeEndpoint ${ARN}:endpoint/e`],
    InvokeEndpointAsync: ['sagemaker:InvokeEndpointAsync *'],
    InvokeEndpointWithResponseStream: ['sagemaker:InvokeEndpointWithResponseStream *'],
    AddTags: [`sagemaker:AddTags ${ARN}:endpoint/e`],
    ListTags: [`sagemaker:ListTags ${ARN}:endpoint/e`],
    DeleteTags: [`sagemaker:DeleteTags ${ARN}:endpoint/e`],
  });
});
