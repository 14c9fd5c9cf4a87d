import type { CreateApiRequest, CreateStageRequest } from '@aws-sdk/client-apigatewayv2';
import type { Cloud, ServiceFactory } from '../cloud/cloud.ts';
import type { LogLine, MetricDatum, PolicyDocument } from '../cloud/service.ts';
import { ServiceError } from '../cloud/service-error.ts';
import type { WebHeader, WebResponse } from '../cloud/web.ts';
import type { VirtualClock } from '../host/clock.ts';
import { createVirtualClock } from '../host/clock.ts';
import { createApiGatewayV2Service } from '../services/apigatewayv2/index.ts';
import { createTestCloud } from './cloud.testing.ts';
import { type Sent, webRequest } from './web.testing.ts';

const ACCOUNT = { kind: 'account', arn: 'arn:aws:iam::000000000000:root' } as const;

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';

/** A response of the gateway, with its body as text. */
export interface Received {
  readonly status: number;
  readonly headers: readonly WebHeader[];
  readonly body: string;
}

interface SentToApi extends Omit<Sent, 'url'> {
  readonly host?: string;
}

type Answer = (event: never) => unknown;

/**
 * An HTTP API without a port, in front of a function that answers with what a test says: its answer as JSON, or
 * `{ payload, error }` for what Lambda returns.
 */
export class ApiBench {
  readonly clock: VirtualClock = createVirtualClock();
  readonly events: unknown[] = [];
  readonly metrics: MetricDatum[] = [];
  readonly lines: LogLine[] = [];
  /** What the function answers. */
  answer: Answer = () => ({ statusCode: 200, body: 'ok' });
  /** The permission of API Gateway to invoke the function. */
  policy: PolicyDocument = allow(`arn:aws:execute-api:us-east-1:000000000000:*`);
  readonly cloud: Cloud;
  apiId = '';

  constructor(more: readonly ServiceFactory[] = []) {
    const functions: ServiceFactory = () => ({
      name: 'lambda',
      operations: {
        Invoke: {
          permissions: ({ FunctionName }: { readonly FunctionName?: string }) => [
            { action: 'lambda:InvokeFunction', resource: FunctionName ?? '' },
          ],
          run: async ({ Payload }: { readonly Payload?: Uint8Array }) => this.#invoke(Payload),
        },
      },
      resourcePolicy: () => this.policy,
      accessDenied: (message) =>
        new ServiceError('AccessDeniedException', message, { status: 403 }),
      onMetric: (datum) => void this.metrics.push(datum),
      onLogLine: (line) => void this.lines.push(line),
    });
    const factories = [functions, createApiGatewayV2Service, ...more];
    this.cloud = createTestCloud(factories, { clock: this.clock });
  }

  async #invoke(payload: Uint8Array | undefined): Promise<object> {
    const event: unknown = JSON.parse(Buffer.from(payload ?? []).toString());
    this.events.push(event);
    const answer = await this.answer(event as never);
    if (answer instanceof FunctionFailure) {
      return { Payload: Buffer.from(answer.text), FunctionError: 'Unhandled' };
    }
    const text = answer instanceof RawPayload ? answer.text : JSON.stringify(answer ?? null);
    return { Payload: Buffer.from(text) };
  }

  call<Output = Readonly<Record<string, string>>>(
    operation: string,
    input: object,
  ): Promise<Output> {
    return this.cloud.call<Output>(ACCOUNT, 'apigatewayv2', operation, input);
  }

  /** Creates an API whose routes lead to the function, with one stage. */
  async create(
    routes: readonly (string | { readonly RouteKey: string; readonly [name: string]: unknown })[],
    {
      api = {},
      stage = {},
      timeoutMs,
    }: {
      readonly api?: Partial<CreateApiRequest>;
      readonly stage?: Partial<CreateStageRequest>;
      readonly timeoutMs?: number;
    } = {},
  ): Promise<void> {
    const created = await this.call('CreateApi', { Name: 'api', ProtocolType: 'HTTP', ...api });
    this.apiId = created['ApiId'] ?? '';
    const { IntegrationId } = await this.call('CreateIntegration', {
      ApiId: this.apiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: FUNCTION_ARN,
      PayloadFormatVersion: '2.0',
      ...(timeoutMs !== undefined && { TimeoutInMillis: timeoutMs }),
    });
    for (const route of routes) {
      const settings = typeof route === 'string' ? { RouteKey: route } : route;
      const Target = `integrations/${IntegrationId}`;
      await this.call('CreateRoute', { ApiId: this.apiId, Target, ...settings });
    }
    await this.call('CreateStage', {
      ApiId: this.apiId,
      StageName: '$default',
      AutoDeploy: true,
      ...stage,
    });
  }

  /** Sends a request to the API by its host. */
  async send(
    target: string,
    { method = 'GET', headers = [], body = '', host }: SentToApi = {},
  ): Promise<Received> {
    const url = `${host ?? `${this.apiId}.execute-api.us-east-1.localhost:1`}${target}`;
    const response = await this.cloud.web(webRequest({ url, method, headers, body }));
    if (response === undefined) throw new Error(`No service answers ${target}.`);
    return received(response);
  }
}

function received({ status, headers, body = '' }: WebResponse): Received {
  return { status, headers, body: Buffer.from(body).toString() };
}

/** An error that the function threw. */
export class FunctionFailure {
  readonly text: string;

  constructor(errorMessage = 'boom') {
    this.text = JSON.stringify({ errorMessage });
  }
}

/** What the function answered, as text. */
export class RawPayload {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A policy that lets API Gateway invoke the function for a source. */
export function allow(sourceArn: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: FUNCTION_ARN,
      Condition: { ArnLike: { 'AWS:SourceArn': sourceArn } },
    },
  };
}

/** The value of a header of a response. */
export function header({ headers }: Received, name: string): string | undefined {
  return headers.find(([given]) => given === name)?.[1];
}
