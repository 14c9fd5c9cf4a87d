import type { Cloud } from './cloud/cloud.ts';
import { stackTable } from './provision/index.ts';

/** A distribution that is served on a port of this machine. */
export interface ServedSite {
  /** For example `http://127.0.0.1:4567`. */
  readonly address: string;
  /** The stack that has the distribution; undefined for one that a call created. */
  readonly stackName: string | undefined;
}

/** The sites of all accounts, in the order of their ports. */
export function listServedSites(
  clouds: readonly Cloud[],
  addresses: readonly string[],
): readonly ServedSite[] {
  return addresses.map((address) => ({ address, stackName: findStack(clouds, address) }));
}

function findStack(clouds: readonly Cloud[], address: string): string | undefined {
  const host = address.replace('http://', '');
  const stacks = clouds.flatMap((cloud) => [...stackTable(cloud).entries()]);
  const found = stacks.find(([, { resources }]) =>
    resources.some(
      ({ type, attributes }) =>
        type === 'AWS::CloudFront::Distribution' && attributes['DomainName'] === host,
    ),
  );
  return found?.[1].stackName;
}
