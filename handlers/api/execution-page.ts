import { type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { type Api, BRIEFLY_MS } from './api-state.ts';
import { badPageToken, readPageToken, writePageToken } from './page-token.ts';
import type { Call } from './route-function.ts';

interface ExecutionPage {
  readonly executions: readonly ExecutionListItem[];
  readonly nextPageToken: string | undefined;
}

interface PageQuery {
  readonly pageSize: number;
  readonly pageToken?: string | undefined;
}

/**
 * A page of the executions of a state machine, the newest first. Clients ask again soon while one runs.
 *
 * @throws ProblemError `malformed-request` for the token of another list
 */
export async function readExecutionPage(
  { api, noteActivity }: Pick<Call, 'api' | 'noteActivity'>,
  stateMachineArn: string,
  { pageSize, pageToken }: PageQuery,
): Promise<ExecutionPage> {
  const nextToken = readPageToken(pageToken)?.['executions'];
  const input = { stateMachineArn, maxResults: pageSize, nextToken };
  const { executions, next } = await list(api, input);
  if (executions.some(({ status }) => status === 'RUNNING')) noteActivity();
  return {
    executions,
    nextPageToken: writePageToken(next === undefined ? undefined : { executions: next }),
  };
}

async function list(
  api: Api,
  input: {
    readonly stateMachineArn: string;
    readonly maxResults: number;
    readonly nextToken: string | undefined;
  },
) {
  const { executions = [], nextToken: next } = await api.cache.get(
    `executions ${input.stateMachineArn} ${JSON.stringify(input)}`,
    BRIEFLY_MS,
    () => api.clients.states.send(new ListExecutionsCommand(input)).catch(explainToken),
  );
  return { executions, next };
}

function explainToken(error: Error): never {
  throw error.name === 'InvalidToken' ? badPageToken() : error;
}
