import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import type { Cloud } from '../../cloud/cloud.ts';
import { headerOf, type WebRequest, type WebResponse } from '../../cloud/web.ts';
import type { CredentialsAddress } from '../../processes/index.ts';
import { taskArn } from './arns.ts';
import type { EcsStore } from './store.ts';
import { containerMetadata, taskMetadata } from './task-metadata.ts';
import { TASKS_PRINCIPAL } from './tasks-principal.ts';

/** No bucket can have this name. */
const PATH = '/_ecs/';
const TOKEN_DIGITS = 64;

/** A container that asks for its metadata, or its task for credentials. */
interface Known {
  readonly cluster: string;
  readonly task: string;
  readonly container?: string;
  readonly roleArn?: string;
  readonly token?: string;
}

/**
 * What containers of a task ask their agent for on AWS at 169.254.170.2, which only root could serve here: the task
 * metadata endpoint version 4, and the credentials of the task's role.
 *
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export class TaskEndpoint {
  readonly #cloud: Cloud;
  readonly #store: EcsStore;
  readonly #known = new Map<string, Known>();

  constructor(cloud: Cloud, store: EcsStore) {
    this.#cloud = cloud;
    this.#store = store;
  }

  /** The address of the metadata of a container. */
  openMetadata(cluster: string, task: string, container: string): string {
    const id = `${task}-${this.#cloud.random.hex(10)}`;
    this.#known.set(id, { cluster, task, container });
    return `${this.#cloud.endpoint}${PATH}v4/${id}`;
  }

  /** The address that answers with credentials of the role, for those who know the token. */
  openCredentials(cluster: string, task: string, roleArn: string): CredentialsAddress {
    const id = this.#cloud.random.uuid();
    const token = this.#cloud.random.hex(TOKEN_DIGITS);
    this.#known.set(id, { cluster, task, roleArn, token });
    return { uri: `${this.#cloud.endpoint}${PATH}v2/credentials/${id}`, token };
  }

  /** Forgets what a task could ask for. */
  close(task: string): void {
    for (const [id, known] of this.#known) if (known.task === task) this.#known.delete(id);
  }

  web(request: WebRequest): Promise<WebResponse> | undefined {
    if (!request.path.startsWith(PATH)) return undefined;
    const isHome = this.#cloud.directory.home === this.#cloud;
    return isHome || this.#isKnown(request.path) ? this.#answer(request) : undefined;
  }

  #isKnown(path: string): boolean {
    return path.split('/').some((part) => this.#known.has(part));
  }

  async #answer(request: WebRequest): Promise<WebResponse> {
    const [version = '', ...rest] = request.path.slice(PATH.length).split('/');
    if (version === 'v2' && rest[0] === 'credentials') {
      return this.#credentials(this.#known.get(rest[1] ?? ''), request);
    }
    const [id = '', ...what] = rest;
    const known = version === 'v4' ? this.#known.get(id) : undefined;
    const task = known && this.#store.task(known.cluster, known.task);
    if (task === undefined || known?.container === undefined) return notFound();
    const definition = this.#store.definition(task.family, task.revision);
    const place = { cloud: this.#cloud, task, definition };
    switch (what.join('/')) {
      case '':
        return json(200, containerMetadata(place, known.container));
      case 'task':
        return json(200, taskMetadata(place));
      // The agent answers null while it has no statistics; here they are not measured.
      case 'stats':
        return json(200, null);
      case 'task/stats':
        return json(200, {});
      default:
        return notFound();
    }
  }

  async #credentials(known: Known | undefined, request: WebRequest): Promise<WebResponse> {
    if (known?.roleArn === undefined) return notFound();
    if (headerOf(request, 'authorization') !== known.token) {
      const message = 'The token of the task is missing or wrong.';
      return json(401, { code: 'InvalidIdInRequest', message, HTTPErrorCode: 401 });
    }
    const { Credentials } = await assumeTaskRole(this.#cloud, known, known.roleArn);
    return json(200, {
      RoleArn: known.roleArn,
      AccessKeyId: Credentials?.AccessKeyId,
      SecretAccessKey: Credentials?.SecretAccessKey,
      Token: Credentials?.SessionToken,
      Expiration: Credentials?.Expiration?.toISOString(),
    });
  }
}

/** @throws STS's AccessDenied where the role does not exist or does not trust tasks */
export function assumeTaskRole(
  cloud: Cloud,
  { cluster, task }: Pick<Known, 'cluster' | 'task'>,
  RoleArn: string,
): Promise<Partial<AssumeRoleCommandOutput>> {
  const sourceArn = taskArn(cloud, cluster, task);
  return cloud.call({ kind: 'service', service: TASKS_PRINCIPAL, sourceArn }, 'sts', 'AssumeRole', {
    RoleArn,
    RoleSessionName: task,
  });
}

function json(status: number, body: unknown): WebResponse {
  return { status, headers: [['content-type', 'application/json']], body: JSON.stringify(body) };
}

function notFound(): WebResponse {
  return json(404, { code: 'NoIdInRequest', message: 'No such task.', HTTPErrorCode: 404 });
}
