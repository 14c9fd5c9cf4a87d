import { expect, it } from 'vitest';
import { createTestCloud } from '../testing/cloud.testing.ts';
import { serviceFactories } from './index.ts';

/**
 * The codes are those of each service's *Common Errors* page: services of the JSON protocols add `Exception`, EC2 has its own.
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
it('each service refuses a missing permission, and tags of the system, by its own errors', () => {
  const cloud = createTestCloud([]);
  const refusals = serviceFactories.map((create) => {
    const service = create(cloud);
    const denied = service.accessDenied('the sentence');
    const tag = service.systemTagRefused?.('aws:own');
    return [
      service.name,
      `${denied.code} ${denied.status} ${denied.message}`,
      tag === undefined ? '' : `${tag.code} ${tag.status} ${tag.message}`,
    ].join(' | ');
  });

  expect(refusals).toMatchInlineSnapshot(`
    [
      "iam | AccessDenied 403 the sentence | InvalidInput 400 aws: prefixed tag key names are not allowed for external use.",
      "sts | AccessDenied 403 the sentence | ",
      "kms | AccessDeniedException 400 the sentence | TagException 400 aws: prefixed tag key names are not allowed for external use.",
      "s3 | AccessDenied 403 the sentence | ",
      "cloudformation | AccessDenied 403 the sentence | ",
      "cloudfront | AccessDenied 403 the sentence | InvalidTagging 400 aws: prefixed tag key names are not allowed for external use.",
      "cloudwatch | AccessDenied 403 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "dynamodb | AccessDeniedException 400 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "ecr | AccessDeniedException 400 the sentence | InvalidParameterException 400 aws: prefixed tag key names are not allowed for external use.",
      "elasticloadbalancingv2 | AccessDenied 403 the sentence | ValidationError 400 aws: prefixed tag key names are not allowed for external use.",
      "ecs | AccessDeniedException 400 the sentence | InvalidParameterException 400 aws: prefixed tag key names are not allowed for external use.",
      "eventbridge | AccessDeniedException 400 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "sns | AuthorizationError 403 the sentence | InvalidParameter 400 Invalid parameter: Tags Reason: aws: prefixed tag key names are not allowed for external use.",
      "lambda | AccessDeniedException 403 the sentence | InvalidParameterValueException 400 aws: prefixed tag key names are not allowed for external use.",
      "sagemaker | AccessDeniedException 400 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "application-autoscaling | AccessDeniedException 400 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "logs | AccessDeniedException 400 the sentence | InvalidParameterException 400 aws: prefixed tag key names are not allowed for external use.",
      "sqs | AccessDenied 403 the sentence | InvalidParameterValue 400 aws: prefixed tag key names are not allowed for external use.",
      "ssm | AccessDeniedException 400 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "stepfunctions | AccessDeniedException 400 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "scheduler | AccessDeniedException 403 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
      "apigatewayv2 | AccessDeniedException 403 the sentence | BadRequestException 400 aws: prefixed tag key names are not allowed for external use.",
      "cognito-idp | AccessDeniedException 400 the sentence | InvalidParameterException 400 aws: prefixed tag key names are not allowed for external use.",
      "codebuild | AccessDeniedException 400 the sentence | InvalidInputException 400 aws: prefixed tag key names are not allowed for external use.",
      "codepipeline | AccessDeniedException 400 the sentence | ValidationException 400 aws: prefixed tag key names are not allowed for external use.",
    ]
  `);
});
