import type { Owner } from '../store/index.ts';
import { serviceOfArn } from './arn-services.ts';
import type { ServiceName } from './service-name.ts';

/** The account, and the region where an ARN or a URL has one. */
export type NamedOwner = Pick<Owner, 'accountId'> & Partial<Owner>;

const ACCOUNT = /^\d{12}$/;

/** The owner in an ARN; undefined for an ARN without an account, such as that of a bucket. */
export function ownerInArn(arn: string): NamedOwner | undefined {
  const [, , , region = '', accountId = ''] = arn.split(':', 6);
  if (!ACCOUNT.test(accountId)) return undefined;
  return region === '' ? { accountId } : { accountId, region };
}

/** The owner in the first ARN of a service among the members of a request. */
export function namedOwner(service: ServiceName, input: object): NamedOwner | undefined {
  const arn = Object.values(input).find((value) => isArnOf(service, value));
  return arn === undefined ? undefined : ownerInArn(arn);
}

/** The ARNs of a service in lists among the members of a request. */
export function listedArns(service: ServiceName, input: object): readonly string[] {
  return Object.values(input).flatMap((list: unknown) =>
    Array.isArray(list) ? list.filter((item) => isArnOf(service, item)) : [],
  );
}

function isArnOf(service: ServiceName, value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('arn:') && serviceOfArn(value) === service;
}
