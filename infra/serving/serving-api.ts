import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnApi,
  CfnIntegration,
  CfnRoute,
  CfnStage,
  CfnVpcLink,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Names } from '../../workflows/index.ts';
import type { ContainerNetwork } from './container-network.ts';

export interface ServingApiProps {
  readonly names: Names;
  readonly network: ContainerNetwork;
  /** Of the load balancer. */
  readonly listenerArn: string;
  /** The host of its certificate. Undefined where the listener speaks HTTP. */
  readonly certificateName: string | undefined;
}

/** What a container answers to; `/ping` is for its load balancer. */
const ROUTES = ['POST /invocations', 'POST /predict', 'GET /openapi.json'];

const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  caller: '$context.identity.caller',
});

/** What a caller needs `execute-api:Invoke` on. */
export function invocationsArn(scope: Construct, apiId: string): string {
  return Stack.of(scope).formatArn({
    service: 'execute-api',
    resource: apiId,
    resourceName: '$default/POST/invocations',
  });
}

/** The way in to a model behind a private load balancer: an HTTP API whose callers sign their requests. */
export class ServingApi extends Construct {
  readonly id: string;
  /** `https://….execute-api.<region>.amazonaws.com`, without a slash at the end. */
  readonly address: string;

  constructor(scope: Construct, id: string, props: ServingApiProps) {
    super(scope, id);
    const { names, network, listenerArn, certificateName } = props;
    const api = new CfnApi(this, 'Resource', {
      name: `${names.qualified}-serving`,
      protocolType: 'HTTP',
      description: `Asks the live model of ${names.qualified}`,
    });
    const link = new CfnVpcLink(this, 'Link', {
      name: `${names.qualified}-serving`,
      subnetIds: [...network.subnetIds],
      securityGroupIds: [network.link.securityGroupId],
    });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'HTTP_PROXY',
      integrationMethod: 'ANY',
      integrationUri: listenerArn,
      connectionType: 'VPC_LINK',
      connectionId: link.ref,
      payloadFormatVersion: '1.0',
      // With it API Gateway sends HTTPS, and the listener's certificate must be of this host:
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
      ...(certificateName === undefined
        ? {}
        : { tlsConfig: { serverNameToVerify: certificateName } }),
    });
    for (const routeKey of ROUTES) {
      new CfnRoute(this, routeKey.replaceAll(/\W/g, ''), {
        apiId: api.ref,
        routeKey,
        target: `integrations/${integration.ref}`,
        authorizationType: 'AWS_IAM',
      });
    }
    this.#addStage(api);
    this.id = api.ref;
    this.address = api.attrApiEndpoint;
  }

  #addStage(api: CfnApi): void {
    const logs = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: logs.logGroupArn, format: ACCESS_LOG_FORMAT },
    });
  }
}
