import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnApi,
  CfnAuthorizer,
  CfnIntegration,
  CfnRoute,
  CfnStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BASE_PATH, nameScope, type Route, routesInOrder } from '../../api/index.ts';

export interface HttpApiProps {
  readonly name: string;
  readonly router: IFunction;
  /** Who has signed the tokens. */
  readonly issuer: string;
  /** Other pages that may call it; those of the distribution are of the same origin. */
  readonly origins: readonly string[];
}

/** Of one request, for people who search: API Gateway's own words. */
const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  sub: '$context.authorizer.claims.sub',
  client: '$context.authorizer.claims.client_id',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  responseBytes: '$context.responseLength',
});

/** Requests of routes that do not say theirs. */
const DEFAULT_THROTTLE = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };

/** The HTTP API: every route of the contract with its scope and its throttle, behind one function. */
export class HttpApi extends Construct {
  readonly api: CfnApi;
  readonly #props: HttpApiProps;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.#props = props;
    this.api = new CfnApi(this, 'Resource', {
      name: props.name,
      protocolType: 'HTTP',
      description: 'The HTTP API of Stepmill',
      ...(props.origins.length === 0 ? {} : { corsConfiguration: allowOrigins(props.origins) }),
    });
    props.router.addPermission('Gateway', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.api.ref,
        resourceName: '*/*',
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    });
  }

  /**
   * Adds the routes, once the clients are known.
   *
   * @param clientIds whose tokens are taken
   */
  addRoutes(clientIds: readonly string[]): void {
    const { router, issuer } = this.#props;
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: this.api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: router.functionArn,
      payloadFormatVersion: '2.0',
    });
    const authorizer = new CfnAuthorizer(this, 'Authorizer', {
      apiId: this.api.ref,
      name: 'people',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer, audience: [...clientIds] },
    });
    const added = routesInOrder.flatMap((route) =>
      keysOf(route).map(
        (routeKey, index) =>
          new CfnRoute(this, index === 0 ? route.id : `${route.id}AtRoot`, {
            apiId: this.api.ref,
            routeKey,
            target: `integrations/${integration.ref}`,
            ...(route.scope === undefined
              ? { authorizationType: 'NONE' }
              : {
                  authorizationType: 'JWT',
                  authorizerId: authorizer.ref,
                  authorizationScopes: [nameScope(route.scope)],
                }),
          }),
      ),
    );
    this.#addStage(added);
  }

  #addStage(added: readonly CfnRoute[]): void {
    const logs = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.api.ref,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.logGroupArn, format: ACCESS_LOG_FORMAT },
      defaultRouteSettings: { ...DEFAULT_THROTTLE, detailedMetricsEnabled: true },
      routeSettings: Object.fromEntries(
        routesInOrder.flatMap((route) =>
          keysOf(route).map((key) => [key, renderThrottle(route)] as const),
        ),
      ),
    });
    // Settings of a route that is not there yet are refused.
    for (const route of added) stage.addResourceDependency(route);
  }
}

/** `GET /api/v1/models`, and `GET /models` where it answers at the root as well. */
function keysOf({ method, path, isAtRoot }: Route): readonly string[] {
  return [`${method} ${BASE_PATH}${path}`, ...(isAtRoot === true ? [`${method} ${path}`] : [])];
}

/** In CloudFormation's own words: CDK does not rename the keys of free JSON. */
function renderThrottle({ throttle }: Route) {
  return {
    ThrottlingRateLimit: throttle.ratePerSecond,
    ThrottlingBurstLimit: throttle.burst,
    DetailedMetricsEnabled: true,
  };
}

function allowOrigins(origins: readonly string[]): CfnApi.CorsProperty {
  return {
    allowOrigins: [...origins],
    allowMethods: ['GET', 'POST', 'OPTIONS'],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-none-match'],
    exposeHeaders: ['etag', 'poll-after', 'retry-after', 'apigw-requestid'],
    maxAge: 3_600,
  };
}
