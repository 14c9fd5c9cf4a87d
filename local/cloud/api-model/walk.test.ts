import { describe, expect, it } from 'vitest';
import { serviceFactories } from '../../services/index.ts';
import { administrator } from '../../services/stepfunctions/role.ts';
import { createTestCloud } from '../../testing/cloud.testing.ts';
import type { Cloud } from '../cloud.ts';
import { ServiceError } from '../service-error.ts';
import type { ServiceName } from '../service-name.ts';
import { readFacts } from './facts.ts';
import { judgeInput } from './index.ts';
import { samplesOf } from './samples.testing.ts';

/** By service, the codes a request that breaks the model is refused with. */
const codes: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  apigatewayv2: ['BadRequestException'],
  'application-autoscaling': ['ValidationException'],
  cloudformation: ['ValidationError'],
  'cognito-idp': ['InvalidParameterException'],
  dynamodb: ['ValidationException'],
  ecr: ['InvalidParameterException'],
  ecs: ['InvalidParameterException'],
  cloudwatch: [
    'ValidationException',
    'MissingRequiredParameterException',
    'InvalidParameterValueException',
  ],
  eventbridge: ['ValidationException'],
  iam: ['ValidationError'],
  lambda: ['ValidationException', 'InvalidParameterValueException'],
  logs: ['InvalidParameterException'],
  sagemaker: ['ValidationException', 'ValidationError'],
  sns: ['ValidationError'],
  // Operations that validate their own input report a missing bucket or queue first.
  s3: ['InvalidArgument', 'InvalidBucketName', 'InvalidRequest', 'MalformedXML', 'NoSuchBucket'],
  sqs: ['InvalidAttributeName', 'MissingParameter', 'QueueDoesNotExist'],
  ssm: ['ValidationException'],
  stepfunctions: ['ValidationException'],
  sts: ['ValidationError'],
};

function cloudOf(): Cloud {
  return createTestCloud(serviceFactories);
}

describe.each(Object.entries(codes))('the API model of %s', (name, expected) => {
  const service = name as ServiceName;
  const cases = readFacts(service).flatMap((facts) =>
    Object.keys(facts.operations).map((operation) => ({ facts, operation })),
  );

  it.each(cases)('is what $operation obeys', async ({ facts, operation }) => {
    const cloud = cloudOf();
    const wrong: string[] = [];
    for (const { rule, member, input } of samplesOf(facts, operation)) {
      const violations = judgeInput(service, operation, input);
      const where = `${rule} of ${member}`;
      if (rule === 'longest') {
        if (violations.length > 0) wrong.push(`${where}: ${violations[0]?.sentence}`);
        continue;
      }
      if (violations.length === 0) wrong.push(`${where} is not judged`);
      const code = await cloud
        .call(administrator(cloud), service, operation, input)
        .then(() => 'taken')
        .catch((error: unknown) => (error instanceof ServiceError ? error.code : String(error)));
      if (!expected.includes(code)) wrong.push(`${where} is answered ${code}`);
    }
    expect(wrong).toEqual([]);
  });
});
