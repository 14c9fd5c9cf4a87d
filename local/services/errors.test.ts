import * as apiGateway from '@aws-sdk/client-apigatewayv2';
import * as scaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudFormation from '@aws-sdk/client-cloudformation';
import * as cloudFront from '@aws-sdk/client-cloudfront';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codebuild from '@aws-sdk/client-codebuild';
import * as codepipeline from '@aws-sdk/client-codepipeline';
import * as cognito from '@aws-sdk/client-cognito-identity-provider';
import * as dynamo from '@aws-sdk/client-dynamodb';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as balancing from '@aws-sdk/client-elastic-load-balancing-v2';
import * as eventBridge from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import * as sagemakerRuntime from '@aws-sdk/client-sagemaker-runtime';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as stepFunctions from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../cloud/service-error.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';
import * as apiGatewayErrors from './apigatewayv2/errors.ts';
import * as scalingErrors from './application-autoscaling/errors.ts';
import * as cloudFormationErrors from './cloudformation/errors.ts';
import * as cloudFrontErrors from './cloudfront/errors.ts';
import * as cloudWatchErrors from './cloudwatch/errors.ts';
import * as codebuildErrors from './codebuild/errors.ts';
import * as codepipelineErrors from './codepipeline/errors.ts';
import * as cognitoErrors from './cognito-idp/errors.ts';
import * as dynamoErrors from './dynamodb/errors.ts';
import * as ecrErrors from './ecr/errors.ts';
import * as ecsErrors from './ecs/errors.ts';
import * as balancingErrors from './elasticloadbalancingv2/errors.ts';
import * as eventBridgeErrors from './eventbridge/errors.ts';
import * as iamErrors from './iam/errors.ts';
import { serviceFactories } from './index.ts';
import * as kmsErrors from './kms/errors.ts';
import * as lambdaErrors from './lambda/errors.ts';
import * as logsErrors from './logs/errors.ts';
import * as s3Errors from './s3/errors.ts';
import * as sagemakerErrors from './sagemaker/errors.ts';
import * as hostingErrors from './sagemaker/hosting/errors.ts';
import * as schedulerErrors from './scheduler/errors.ts';
import * as snsErrors from './sns/errors.ts';
import * as sqsErrors from './sqs/errors.ts';
import * as ssmErrors from './ssm/errors.ts';
import * as stepFunctionsErrors from './stepfunctions/errors.ts';
import * as stsErrors from './sts/errors.ts';

const SERVICES: Readonly<Record<string, readonly [errors: object, sdk: object]>> = {
  apigatewayv2: [apiGatewayErrors, apiGateway],
  'application-autoscaling': [scalingErrors, scaling],
  cloudformation: [cloudFormationErrors, cloudFormation],
  cloudfront: [cloudFrontErrors, cloudFront],
  cloudwatch: [cloudWatchErrors, cloudWatch],
  codebuild: [codebuildErrors, codebuild],
  codepipeline: [codepipelineErrors, codepipeline],
  'cognito-idp': [cognitoErrors, cognito],
  dynamodb: [dynamoErrors, dynamo],
  ecr: [ecrErrors, ecr],
  ecs: [ecsErrors, ecs],
  elasticloadbalancingv2: [balancingErrors, balancing],
  eventbridge: [eventBridgeErrors, eventBridge],
  iam: [iamErrors, iam],
  kms: [kmsErrors, kms],
  lambda: [lambdaErrors, lambda],
  logs: [logsErrors, logs],
  s3: [s3Errors, s3],
  sagemaker: [sagemakerErrors, sagemaker],
  'sagemaker-runtime': [hostingErrors, sagemakerRuntime],
  scheduler: [schedulerErrors, scheduler],
  sns: [snsErrors, sns],
  sqs: [sqsErrors, sqs],
  ssm: [ssmErrors, ssm],
  stepfunctions: [stepFunctionsErrors, stepFunctions],
  sts: [stsErrors, sts],
};

/**
 * Services with the AWS JSON protocol answer each fault of a client with 400, which their API references say of every error,
 * which is not in the model: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html.
 */
const ALWAYS_400 = new Set([
  ...['application-autoscaling', 'cognito-idp', 'dynamodb', 'ecr', 'ecs', 'eventbridge', 'logs'],
  ...['kms', 'sagemaker', 'ssm', 'stepfunctions'],
]);

/** Stands for any value in a message: a text, a list, or an object with such values. */
function placeholder(name: string): unknown {
  const text = () => `{${name}}`;
  return new Proxy(text, {
    get(target, key) {
      if (key === Symbol.iterator) return () => [placeholder(name)].values();
      if (key === Symbol.toPrimitive || key === 'toString' || key === 'toJSON') return text;
      if (key === 'join') return text;
      if (key === 'map') {
        return (change: (value: unknown) => unknown) => [change(placeholder(name))];
      }
      return key in target ? Reflect.get(target, key) : placeholder(`${name}.${String(key)}`);
    },
  });
}

interface Made {
  readonly service: string;
  readonly name: string;
  readonly error: ServiceError;
}

const isErrorClass = (value: unknown): value is new (...parts: unknown[]) => ServiceError =>
  typeof value === 'function' && value.prototype instanceof ServiceError;

const made = Object.entries(SERVICES).flatMap(([service, [errors]]) =>
  Object.entries(errors).flatMap(([name, value]): Made[] => {
    if (!isErrorClass(value)) return [];
    const parts = ['one', 'two', 'three'].map((part) => placeholder(part));
    return [{ service, name, error: new value(...parts) }];
  }),
);

function describeError({ code, status, fault, queryCode, message, members }: ServiceError): string {
  const more = Object.keys(members).length === 0 ? '' : ` ${JSON.stringify(members)}`;
  const query = queryCode === undefined ? '' : ` query:${queryCode}`;
  return `${code} ${status} ${fault}${query}: ${message}${more}`;
}

interface Traits {
  readonly error?: string;
  readonly httpError?: number;
  readonly awsQueryError?: readonly [code: string, status: number];
}

/** The schema of an error in AWS's SDK: `[-3, namespace, name, traits, members, types]`. */
type ErrorSchema = readonly [kind: -3, namespace: string, name: string, traits: Traits | 0];

const isErrorSchema = (value: unknown): value is ErrorSchema =>
  Array.isArray(value) && value[0] === -3 && typeof value[3] === 'object';

/** By the code that the service sends: what the SDK knows of the error. */
function modelled(sdk: object): ReadonlyMap<string, Traits> {
  return new Map(
    Object.values(sdk)
      .filter(isErrorSchema)
      .flatMap(([, , name, traits]) => {
        if (traits === 0) return [];
        const { awsQueryError: [code] = [name] } = traits;
        return [[name, traits] as const, [code, traits] as const];
      }),
  );
}

describe('the errors of services', () => {
  it('have the status and the fault that AWS documents in the API models of its SDK', () => {
    const compared = made.flatMap(({ service, name, error: { code, status, fault } }) => {
      const traits = modelled(SERVICES[service]?.[1] ?? {}).get(code);
      if (traits === undefined) return [];
      const { httpError = traits.awsQueryError?.[1] ?? 400, error = 'client' } = traits;
      const documented = ALWAYS_400.has(service) && error === 'client' ? 400 : httpError;
      const place = `${service} ${name}`;
      return { ours: { place, status, fault }, sdk: { place, status: documented, fault: error } };
    });

    expect(compared.map(({ ours }) => ours)).toEqual(compared.map(({ sdk }) => sdk));
    expect(compared.length).toBeGreaterThan(100);
  });

  it('have these codes and messages', async () => {
    const lines = made.map(
      ({ service, name, error }) => `${service} ${name} ${describeError(error)}`,
    );

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('errors.txt');
  });

  it('for what the runtime refuses before an operation runs are these', async () => {
    const cloud = createTestCloud([]);
    const lines = serviceFactories.flatMap((create) => {
      const service = create(cloud);
      const refused = {
        denied: service.accessDenied('User: arn is not authorized'),
        throttled: service.throttled?.(),
        'system tag': service.systemTagRefused?.('aws:key'),
      };
      return Object.entries(refused).flatMap(([reason, error]) =>
        error === undefined ? [] : [`${service.name} ${reason} ${describeError(error)}`],
      );
    });

    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('refusals.txt');
  });
});
