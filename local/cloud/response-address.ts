import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { createLoopbackCertificate } from '../host/certificate.ts';
import type { Random } from '../host/random.ts';
import {
  makeTemporaryFolder,
  type ResponseAccess,
  type TemporaryFolder,
} from '../processes/index.ts';

/** One expected response. */
export interface ExpectedResponse {
  readonly url: string;
  /** Resolves to the body once it was sent. */
  readonly body: Promise<string>;
  /** Ends the expectation: the URL is refused from here on. */
  end(): void;
}

/** The body is larger than CloudFormation takes. */
export class ResponseTooLong extends Error {
  override readonly name = 'ResponseTooLong';

  constructor() {
    super('Response object is too long.');
  }
}

interface Waiting {
  resolve(body: string): void;
  reject(error: Error): void;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
const LARGEST_BODY_BYTES = 4_096;
const TOKEN_DIGITS = 64;

/**
 * Where custom resources send their responses, in place of CloudFormation's bucket: HTTPS on this machine, with
 * a certificate that only the processes of this runtime trust. It listens once a function is started.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export class ResponseAddress {
  readonly #random: Random;
  readonly #waiting = new Map<string, Waiting>();
  #opened: Promise<Opened> | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The address and its certificates, for the environment of a process. */
  async access(): Promise<ResponseAccess> {
    return (await this.#open()).access;
  }

  async expect(): Promise<ExpectedResponse> {
    const { access } = await this.#open();
    const path = `/${this.#random.hex(TOKEN_DIGITS)}`;
    const body = new Promise<string>((resolve, reject) => {
      this.#waiting.set(path, { resolve, reject });
    });
    // When the caller no longer waits.
    body.catch(() => {});
    return {
      url: `https://${access.address}${path}`,
      body,
      end: () => void this.#waiting.delete(path),
    };
  }

  async stop(): Promise<void> {
    const opened = await this.#opened;
    if (opened === undefined) return;
    opened.server.close();
    opened.server.closeAllConnections();
    await opened.folder.remove();
  }

  #open(): Promise<Opened> {
    this.#opened ??= open((request, response) => void this.#take(request, response));
    return this.#opened;
  }

  /** A presigned URL takes one method, and takes it more than once; the first response counts. */
  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const waiting = this.#waiting.get(path);
    if (request.method !== 'PUT' || waiting === undefined) {
      response.writeHead(403, { connection: 'close' }).end();
      return;
    }
    const body = await collect(request);
    if (body === undefined) waiting.reject(new ResponseTooLong());
    else waiting.resolve(body);
    response.writeHead(200).end();
  }
}

interface Opened {
  readonly server: Server;
  readonly folder: TemporaryFolder;
  readonly access: ResponseAccess;
}

async function open(
  take: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Opened> {
  const { certificate, key } = createLoopbackCertificate();
  const server = createServer({ cert: certificate, key }, take);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const folder = makeTemporaryFolder('certificates');
  const { port } = server.address() as AddressInfo;
  const access = {
    address: `127.0.0.1:${port}`,
    certificate: join(folder.path, 'response.pem'),
    bundle: join(folder.path, 'all.pem'),
  };
  writeFileSync(access.certificate, certificate);
  writeFileSync(access.bundle, `${systemCertificates()}\n${certificate}`);
  return { server, folder, access };
}

/** Where systems keep the certificates that they trust, in one file. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

function systemCertificates(): string {
  const bundle = SYSTEM_BUNDLES.find((file) => existsSync(file));
  return bundle === undefined ? rootCertificates.join('\n') : readFileSync(bundle, 'utf8');
}

/** The body, or undefined if it is too long; the rest of it is read and dropped. */
async function collect(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    byteLength += chunk.byteLength;
    if (byteLength <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  return byteLength > LARGEST_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}
