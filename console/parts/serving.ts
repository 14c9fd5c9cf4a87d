import type { Schemas } from '../../api/client/index.ts';

export type ServingType = Schemas['ServingType'];

/** What serves, as AWS names it. */
export const PLACE_NAMES: Readonly<Record<ServingType, string>> = {
  instances: 'Endpoint',
  serverless: 'Serverless endpoint',
  lambda: 'Lambda function',
  container: 'ECS service',
};

/** Which one it is. */
export function describePlace({ type, name, alias }: Schemas['ServingPlace']): string {
  return `${PLACE_NAMES[type]} ${name}${alias === undefined ? '' : `, alias ${alias}`}`;
}
