import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '../../../local/host/logger.ts';
import { PythonHost } from '../../../local/jobs/index.ts';
import { ModelServer } from '../../../local/jobs/serving/index.ts';
import type { Container } from './settings.ts';
import type { Answer, Request } from './toolkit.ts';

const PATIENCE_MS = 30_000;

/** The containers of the local AWS's endpoints, without the endpoint. */
export class LocalHosting {
  readonly #python: PythonHost;
  readonly #servers: ModelServer[] = [];

  /** @param pythonFolder the folder of the containers' environment */
  constructor(pythonFolder: string) {
    this.#python = new PythonHost({ environmentFolder: pythonFolder, logger: silentLogger });
  }

  /** Starts a model container and sends requests to it. */
  async answer(
    { ContainerHostname, Environment }: Container,
    root: string,
    model: string,
    requests: readonly Request[],
  ): Promise<readonly Answer[]> {
    cpSync(model, join(root, 'model'), { recursive: true });
    const server = await ModelServer.start({
      python: this.#python,
      framework: ContainerHostname === 'preprocessor' ? 'sklearn' : 'xgboost',
      folder: root,
      socketPath: join(root, 's'),
      environment: Environment,
      onLine: () => undefined,
    });
    this.#servers.push(server);
    const answers: Answer[] = [];
    for (const { body, headers } of requests) {
      const answer = await server.invoke({
        body: Buffer.from(body),
        // HTTP clients accept all types by default.
        headers: { accept: '*/*', ...headers },
        timeoutMs: PATIENCE_MS,
      });
      answers.push({
        status: answer.status,
        contentType: answer.contentType ?? null,
        body: answer.body.toString(),
      });
    }
    return answers;
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    await this.#python.stop();
  }
}
