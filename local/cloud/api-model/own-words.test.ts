import { expect, it } from 'vitest';
import { serviceFactories } from '../../services/index.ts';
import { administrator } from '../../services/stepfunctions/role.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import type { ServiceName } from '../service-name.ts';

// SQS and IAM: answers quoted in public; CloudWatch: recorded in 2016 and 2019; Lambda: recorded in 2023;
// map keys of EventBridge and lists of Lambda: answers quoted in public, 2024 and 2025.
it.each<readonly [ServiceName, string, object, string, string]>([
  [
    'sqs',
    'CreateQueue',
    {},
    'MissingParameter',
    'The request must contain the parameter QueueName.',
  ],
  [
    'sqs',
    'DeleteMessageBatch',
    { QueueUrl: 'q', Entries: [{ Id: '1', ReceiptHandle: 'h' }, { ReceiptHandle: 'h' }] },
    'MissingParameter',
    'The request must contain the parameter DeleteMessageBatchRequestEntry.2.Id.',
  ],
  [
    's3',
    'PutBucketTagging',
    { Bucket: 'b', Tagging: { TagSet: [{ Key: 'k' }] } },
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  [
    's3',
    'ListObjectsV2',
    { Bucket: 'b', EncodingType: 'x' },
    'InvalidArgument',
    'Invalid Encoding Method specified in Request',
  ],
  [
    'iam',
    'CreateRole',
    { RoleName: 'a b', AssumeRolePolicyDocument: '{}' },
    'ValidationError',
    'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    'cloudwatch',
    'PutMetricData',
    { Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1, Unit: 'x' }] },
    'InvalidParameterValueException',
    'The parameter MetricData.member.1.Unit must be a value in the set [ Seconds, Microseconds, Milliseconds, Bytes, Kilobytes, Megabytes, Gigabytes, Terabytes, Bits, Kilobits, Megabits, Gigabits, Terabits, Percent, Count, Bytes/Second, Kilobytes/Second, Megabytes/Second, Gigabytes/Second, Terabytes/Second, Bits/Second, Kilobits/Second, Megabits/Second, Gigabits/Second, Terabits/Second, Count/Second, None ].',
  ],
  [
    'lambda',
    'CreateFunction',
    {
      FunctionName: 'f',
      Role: 'arn:aws:iam::000000000000:role/r',
      Code: {},
      VpcConfig: { SubnetIds: ['subnet-0', 'x'] },
    },
    'ValidationException',
    "1 validation error detected: Value '[subnet-0, x]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: subnet-[0-9a-z]*, Member must not be null]",
  ],
  [
    'eventbridge',
    'PutTargets',
    {
      Rule: 'r',
      Targets: [
        {
          Id: '1',
          Arn: 'arn:aws:sqs:us-east-1:000000000000:q',
          InputTransformer: { InputPathsMap: { 'o que?': '$.a' }, InputTemplate: '1' },
        },
      ],
    },
    'ValidationException',
    "1 validation error detected: Value '{o que?=$.a}' at 'targets.1.member.inputTransformer.inputPathsMap' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [A-Za-z0-9\\_\\-]+]",
  ],
  [
    'sagemaker',
    'InvokeEndpoint',
    { EndpointName: 'a_b', Body: Buffer.from('1') },
    'ValidationError',
    "1 validation error detected: Value 'a_b' at 'endpointName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9])*",
  ],
])('%s answers %s in its own words', async (service, operation, input, code, message) => {
  const cloud = createTestCloud(serviceFactories);

  await expect(cloud.call(administrator(cloud), service, operation, input)).rejects.toMatchObject({
    code,
    message,
  });
});
