import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cloud, Logger } from '../cloud.ts';

export interface GatewayOptions {
  readonly cloud: Cloud;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
}

/** The HTTP server that speaks AWS's wire protocols. */
export interface Gateway {
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((_request, response) => response.writeHead(501).end());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://${options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
