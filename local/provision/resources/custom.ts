import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { call, type ResourceRequest, type ResourceType } from '../resource-type.ts';

/** The response of a function to `ResponseURL`. */
const responseSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string(),
  Data: z.record(z.string(), z.unknown()).optional(),
});

type Response = z.infer<typeof responseSchema>;
type RequestType = 'Create' | 'Update' | 'Delete';

/**
 * A custom resource: its function is invoked as CloudFormation does, and sends its response to a URL of
 * this process.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export const customResource: ResourceType = {
  properties: 'any',
  async apply(request) {
    const { ServiceToken } = request.properties;
    const response = await ask(request, request.previous === undefined ? 'Create' : 'Update');
    return {
      physicalId: response.PhysicalResourceId,
      attributes: { ...response.Data, ServiceToken },
    };
  },
  async remove(request) {
    await ask(request, 'Delete');
  },
};

async function ask(request: ResourceRequest, RequestType: RequestType): Promise<Response> {
  const listener = await listen();
  try {
    const FunctionName = serviceTokenOf(request);
    const event = {
      RequestType,
      ResponseURL: listener.url,
      StackId: request.stackId,
      RequestId: request.cloud.random.uuid(),
      ResourceType: request.type,
      LogicalResourceId: request.logicalId,
      ResourceProperties: request.properties,
      ...(request.previous === undefined
        ? {}
        : { PhysicalResourceId: request.previous.physicalId }),
    };
    const { FunctionError, Payload } = await call<Invocation>(request, 'lambda', 'Invoke', {
      FunctionName,
      Payload: Buffer.from(JSON.stringify(event)),
    });
    if (FunctionError !== undefined) {
      throw new Error(`Its function failed: ${Buffer.from(Payload ?? []).toString('utf8')}`);
    }
    return succeeded(await listener.response());
  } finally {
    listener.close();
  }
}

interface Invocation {
  readonly FunctionError?: string;
  readonly Payload?: Uint8Array;
}

function serviceTokenOf({ properties, previous }: ResourceRequest): string {
  return String(properties['ServiceToken'] ?? previous?.attributes['ServiceToken']);
}

function succeeded(response: Response | undefined): Response {
  if (response === undefined) {
    throw new Error('Its function ended without an answer to ResponseURL.');
  }
  if (response.Status === 'FAILED') throw new Error(`Its function said: ${response.Reason ?? ''}`);
  return response;
}

interface Listener {
  readonly url: string;
  /** The response that was sent before the function ended. */
  response(): Promise<Response | undefined>;
  close(): void;
}

async function listen(): Promise<Listener> {
  let received: Promise<Response> | undefined;
  const server = createServer((message, answer) => {
    received = read(message);
    received.then(
      () => answer.end(),
      () => answer.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    response: async () => received,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function read(message: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return responseSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}
