import { describe, expect, it } from 'vitest';
import { diagnose, parseDefinition } from './definition.ts';

const machine = (resource: string) =>
  JSON.stringify({
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: `arn:aws:states:::aws-sdk:${resource}`,
        Parameters: {},
        End: true,
      },
    },
  });

// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html: the names of services and actions. The
// sentence is the one AWS has for any resource it does not recognize.
describe('a definition with an AWS SDK integration', () => {
  it.each(['nosuch:fooBar', 's3:fooBar', 's3:getObjct', 'sagemaker:describeTraningJob'])(
    'is refused for %s',
    async (resource) => {
      const message = `The resource provided arn:aws:states:::aws-sdk:${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;

      expect(await diagnose(machine(resource), 'STANDARD')).toEqual([
        {
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          message,
          location: '/States/Work/Resource',
        },
      ]);
      await expect(parseDefinition(machine(resource), 'STANDARD')).rejects.toMatchObject({
        name: 'InvalidDefinition',
      });
    },
  );

  it.each([
    's3:getObject',
    's3:listObjectsV2',
    'sqs:sendMessage.waitForTaskToken',
    'sfn:startExecution',
    'athena:getQueryExecution',
    'databasemigration:createEndpoint',
  ])('is taken for %s', async (resource) => {
    expect(await diagnose(machine(resource), 'STANDARD')).toEqual([]);
  });
});
