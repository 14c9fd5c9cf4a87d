import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

const spread = { backoffRate: 2, jitterStrategy: JitterType.FULL };

/**
 * Errors of AWS SDK calls that can pass: the network, throttling and the service's own trouble. Where the API
 * models no such error, as SageMaker's does not, they come under the service's one general name, together with
 * refusals: those are asked again as well, and then caught by what they say.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 *
 * @param service the prefix of its errors
 */
export function retrySdkCall(service: string): RetryProps {
  const general = [`${service}Exception`, ...(modelledTrouble[service] ?? [])];
  const { errors = [], ...retries } = retryConnection(service);
  return { ...retries, errors: [...errors, ...general.map((name) => `${service}.${name}`)] };
}

/** As {@link retrySdkCall}, for a call whose every refusal is judged and repeated by what follows. */
export function retryConnection(service: string): RetryProps {
  return {
    errors: [`${service}.SdkClientException`, 'States.Timeout'],
    interval: Duration.seconds(2),
    maxAttempts: 4,
    maxDelay: Duration.seconds(20),
    ...spread,
  };
}

/** Trouble that an API gives a name of its own. */
const modelledTrouble: Readonly<Record<string, readonly string[]>> = {
  Lambda: ['ServiceException', 'TooManyRequestsException'],
  ApplicationAutoScaling: ['ConcurrentUpdateException', 'InternalServiceException'],
  Ecs: ['ServerException'],
};

/** Throttling; capacity that other jobs have is waited for by `awaitCapacity`. */
export const retryJob: readonly RetryProps[] = [
  {
    // AWS names throttling no differently from other refusals in this integration.
    errors: ['SageMaker.AmazonSageMakerException', 'SageMaker.SdkClientException'],
    interval: Duration.seconds(5),
    maxAttempts: 2,
    maxDelay: Duration.seconds(30),
    ...spread,
  },
];

/** Starting a task of ECS; what is still refused after that is judged by what the error says. */
export const retryTask: RetryProps = {
  // Throttling has the service's general name, as other refusals have.
  errors: ['ECS.AmazonECSException', 'ECS.SdkClientException', 'ECS.ServerException'],
  interval: Duration.seconds(5),
  maxAttempts: 2,
  maxDelay: Duration.seconds(30),
  ...spread,
};

/** https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html */
export const retryFunction: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
  ],
  interval: Duration.seconds(2),
  maxAttempts: 6,
  ...spread,
};

/**
 * A function of an image that was not invoked for weeks: Lambda refuses it until the image is prepared again, which took 40
 * to 106 seconds where it was measured.
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html,
 * https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/issues/801
 */
export const retryPendingImage: RetryProps = {
  errors: ['Lambda.CodeArtifactUserPendingException'],
  interval: Duration.seconds(10),
  maxAttempts: 12,
  maxDelay: Duration.seconds(30),
  backoffRate: 1.5,
};

/** Publishing a message. */
export const retryPublish: RetryProps = {
  errors: ['SNS.SdkClientException', 'SNS.InternalErrorException', 'SNS.ThrottledException'],
  interval: Duration.seconds(2),
  maxAttempts: 4,
  ...spread,
};

/** Reading and writing an item; a condition that does not hold is an answer and is not retried. */
export const retryItemCall: RetryProps = {
  errors: [
    'DynamoDB.SdkClientException',
    // Its general name: what AWS models no error for.
    'DynamoDB.AmazonDynamoDBException',
    'DynamoDB.InternalServerErrorException',
    'DynamoDB.ProvisionedThroughputExceededException',
    'DynamoDB.RequestLimitExceededException',
    'DynamoDB.ThrottlingException',
    'DynamoDB.TransactionConflictException',
    'States.Timeout',
  ],
  interval: Duration.seconds(1),
  maxAttempts: 6,
  maxDelay: Duration.seconds(20),
  ...spread,
};
