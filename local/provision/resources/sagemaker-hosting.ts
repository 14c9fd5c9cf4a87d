import { createHash } from 'node:crypto';
import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker';
import {
  call,
  createOrUpdate,
  ignoreMissing,
  type Provisioned,
  physicalName,
  pick,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';
import { updateTags } from './sagemaker-tags.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html */
const MAX_NAME_LENGTH = 63;
const DIGEST_LENGTH = 6;
/** How often an endpoint that is created or updated is asked for. */
const POLL_MS = 250;

interface Kind {
  /** `Model`, `EndpointConfig`: as in the names of operations and of properties. */
  readonly name: 'Model' | 'EndpointConfig';
  /** As in ARNs. */
  readonly arn: 'model' | 'endpoint-config';
  /** The members that CloudFormation and the API have in common. */
  readonly members: readonly string[];
}

/** A resource that is never updated: every change is another one, and CloudFormation removes the former. */
function immutable({ arn, members, name }: Kind): ResourceType {
  const nameProperty = `${name}Name`;
  return {
    properties: [nameProperty, ...members, 'Tags'],
    async apply(request) {
      const chosen = nameOfContent(request, nameProperty);
      const named = { [nameProperty]: chosen };
      await createOrUpdate(
        () =>
          call(request, 'sagemaker', `Create${name}`, {
            ...named,
            ...pick(request.properties, [...members, 'Tags']),
          }),
        () => call(request, 'sagemaker', `Describe${name}`, named),
        // The code of both one that exists and a request that is refused; the latter finds nothing to describe.
        'ValidationException',
      );
      return provisioned(request, arn, nameProperty, chosen);
    },
    remove: (request) => remove(request, name),
  };
}

/** CloudFormation makes up another name for the resource that replaces one; so its content is part of the name here. */
function nameOfContent(request: ResourceRequest, property: string): string {
  const { logicalId, previous, properties } = request;
  const given = properties[property];
  if (typeof given !== 'string') {
    const digest = createHash('sha256').update(JSON.stringify(properties)).digest('hex');
    const id = `${logicalId}${digest.slice(0, DIGEST_LENGTH)}`;
    return physicalName({ ...request, logicalId: id }, MAX_NAME_LENGTH);
  }
  if (previous?.attributes[property] === given && request.isPreviousInEffect === true) {
    throw new RangeError(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${given} and update the stack again.`,
    );
  }
  return given;
}

/** `Ref` of these resources is their ARN, and `GetAtt` has the name. */
function provisioned(
  { cloud }: ResourceRequest,
  kind: string,
  property: string,
  name: string,
): Provisioned {
  return {
    physicalId: cloud.arn('sagemaker', `${kind}/${name}`),
    attributes: { [property]: name },
  };
}

function remove(request: ResourceRequest, kind: 'Model' | 'EndpointConfig' | 'Endpoint') {
  const property = `${kind}Name`;
  const name = request.previous?.attributes[property];
  return ignoreMissing(() => call(request, 'sagemaker', `Delete${kind}`, { [property]: name }));
}

const UPDATE_MEMBERS = [
  'DeploymentConfig',
  'EndpointConfigName',
  'ExcludeRetainedVariantProperties',
  'RetainAllVariantProperties',
  'RetainDeploymentConfig',
] as const;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-endpoint.html */
const endpoint: ResourceType = {
  properties: ['EndpointName', ...UPDATE_MEMBERS, 'Tags'],
  async apply(request) {
    const { previous, properties } = request;
    const former = previous?.attributes['EndpointName'];
    const given = properties['EndpointName'];
    const EndpointName = typeof given === 'string' ? given : physicalName(request, MAX_NAME_LENGTH);
    if (former === EndpointName) {
      const input = { EndpointName, ...pick(properties, UPDATE_MEMBERS) };
      await call(request, 'sagemaker', 'UpdateEndpoint', input);
      await updateTags(request, request.cloud.arn('sagemaker', `endpoint/${EndpointName}`));
    } else {
      const input = { EndpointName, ...pick(properties, ['EndpointConfigName', 'Tags']) };
      await call(request, 'sagemaker', 'CreateEndpoint', input);
    }
    await untilSettled(request, EndpointName);
    return provisioned(request, 'endpoint', 'EndpointName', EndpointName);
  },
  async remove(request) {
    await remove(request, 'Endpoint');
    const EndpointName = request.previous?.attributes['EndpointName'];
    // Until there is none to describe.
    await ignoreMissing(async () => {
      for (;;) {
        await call(request, 'sagemaker', 'DescribeEndpoint', { EndpointName });
        await pause(request);
      }
    });
  },
};

function pause({ cloud }: ResourceRequest): Promise<void> {
  return new Promise((resolve) => {
    cloud.clock.setTimer(POLL_MS, resolve);
  });
}

/** As CloudFormation, waits for the endpoint. @throws RangeError with the reason of a failure */
async function untilSettled(request: ResourceRequest, EndpointName: string): Promise<void> {
  for (;;) {
    const { EndpointStatus, FailureReason } = await call<DescribeEndpointOutput>(
      request,
      'sagemaker',
      'DescribeEndpoint',
      { EndpointName },
    );
    if (EndpointStatus !== 'Creating' && EndpointStatus !== 'Updating') {
      if (EndpointStatus === 'InService' && FailureReason === undefined) return;
      // An update that fails leaves an endpoint in service with the former config.
      throw new RangeError(`The endpoint ${EndpointName} is ${EndpointStatus}. ${FailureReason}`);
    }
    await pause(request);
  }
}

export const hostingResourceTypes = {
  'AWS::SageMaker::Model': immutable({
    name: 'Model',
    arn: 'model',
    members: [
      'Containers',
      'EnableNetworkIsolation',
      'ExecutionRoleArn',
      'InferenceExecutionConfig',
      'PrimaryContainer',
      'VpcConfig',
    ],
  }),
  'AWS::SageMaker::EndpointConfig': immutable({
    name: 'EndpointConfig',
    arn: 'endpoint-config',
    members: [
      'DataCaptureConfig',
      'ExecutionRoleArn',
      'KmsKeyId',
      'ProductionVariants',
      'ShadowProductionVariants',
      'VpcConfig',
    ],
  }),
  'AWS::SageMaker::Endpoint': endpoint,
};
