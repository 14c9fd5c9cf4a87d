import type { Cloud } from '../../cloud/cloud.ts';
import { InvalidIfMatchVersion, PreconditionFailed } from './errors.ts';
import { FunctionSandbox } from './functions/sandbox.ts';
import { CloudFrontStore } from './store.ts';

/** What the operations of CloudFront share. */
export class CloudFrontState {
  readonly cloud: Cloud;
  readonly store: CloudFrontStore;
  readonly sandbox = new FunctionSandbox();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.store = new CloudFrontStore(cloud);
  }

  /** An identifier or entity tag as CloudFront makes them: `E` and 13 letters and digits. */
  newId(): string {
    return `E${this.cloud.random.hex(13).toUpperCase()}`;
  }

  arn(resource: string): string {
    return `arn:${this.cloud.partition}:cloudfront::${this.cloud.accountId}:${resource}`;
  }

  /** The address of a distribution: of its port on this machine, or AWS's form where none is served. */
  domainOf(id: string): string {
    return this.cloud.sites?.address(siteOf(id)) ?? `${id.toLowerCase()}.cloudfront.net`;
  }
}

/** The host by which a distribution's requests are known, which is not case-sensitive. */
export function siteOf(id: string): string {
  return `${id.toLowerCase()}.cloudfront.localhost`;
}

/** @throws InvalidIfMatchVersion, PreconditionFailed */
export function checkVersion(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined) throw new InvalidIfMatchVersion();
  if (ifMatch !== etag && ifMatch !== '*') throw new PreconditionFailed();
}
