import type { Cloud } from '../../cloud/cloud.ts';

/** The name of a table that is given by its name or ARN. */
export function tableNameOf(nameOrArn: string | undefined): string {
  const given = nameOrArn ?? '';
  if (!given.startsWith('arn:')) return given;
  return /:table\/([^/]+)/.exec(given)?.[1] ?? given;
}

export function tableArn(cloud: Cloud, nameOrArn: string | undefined): string {
  return cloud.arn('dynamodb', `table/${tableNameOf(nameOrArn)}`);
}

export function indexArn(cloud: Cloud, nameOrArn: string | undefined, index: string): string {
  return `${tableArn(cloud, nameOrArn)}/index/${index}`;
}
