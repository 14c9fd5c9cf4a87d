import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  pick,
  type ResourceType,
} from '../resource-type.ts';
import { updateTags } from './sagemaker-tags.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html */
const MAX_NAME_LENGTH = 63;

const modelPackageGroup: ResourceType = {
  properties: [
    'ModelPackageGroupName',
    'ModelPackageGroupDescription',
    'ModelPackageGroupPolicy',
    'Tags',
  ],
  async apply(request) {
    const { cloud, properties } = request;
    const ModelPackageGroupName = nameOf(request, 'ModelPackageGroupName', MAX_NAME_LENGTH);
    if (request.previous?.attributes['ModelPackageGroupName'] !== ModelPackageGroupName) {
      await createOrUpdate(
        () =>
          call(request, 'sagemaker', 'CreateModelPackageGroup', {
            ModelPackageGroupName,
            ...pick(properties, ['ModelPackageGroupDescription', 'Tags']),
          }),
        () => call(request, 'sagemaker', 'DescribeModelPackageGroup', { ModelPackageGroupName }),
        // The code of both a group that exists and a name that is refused; the latter is refused again.
        'ValidationException',
      );
    }
    const arn = cloud.arn('sagemaker', `model-package-group/${ModelPackageGroupName}`);
    await updateTags(request, arn);
    const policy = properties['ModelPackageGroupPolicy'];
    if (policy !== undefined) {
      await call(request, 'sagemaker', 'PutModelPackageGroupPolicy', {
        ModelPackageGroupName,
        ResourcePolicy: JSON.stringify(policy),
      });
    }
    return { physicalId: arn, attributes: { ModelPackageGroupArn: arn, ModelPackageGroupName } };
  },
  async remove(request) {
    const { ModelPackageGroupName } = request.previous?.attributes ?? {};
    await ignoreMissing(() =>
      call(request, 'sagemaker', 'DeleteModelPackageGroup', { ModelPackageGroupName }),
    );
  },
};

export const sagemakerResourceTypes = {
  'AWS::SageMaker::ModelPackageGroup': modelPackageGroup,
};
