import type { DistributionConfig, FunctionConfig } from '@aws-sdk/client-cloudfront';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

export interface DistributionRecord {
  readonly id: string;
  readonly config: DistributionConfig;
  readonly etag: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** An origin access control or a policy: a configuration with a name. */
export interface ConfiguredRecord {
  readonly id: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly Name: string };
  readonly etag: string;
  readonly modifiedAt: number;
}

export interface FunctionRecord {
  readonly name: string;
  readonly config: FunctionConfig;
  readonly code: Uint8Array;
  readonly etag: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** What viewers get; absent before the function is published. */
  readonly live?: {
    readonly config: FunctionConfig;
    readonly code: Uint8Array;
    readonly modifiedAt: number;
  };
}

export interface InvalidationRecord {
  readonly id: string;
  readonly distributionId: string;
  readonly callerReference: string;
  readonly paths: readonly string[];
  readonly createdAt: number;
}

const CONFIGURED = {
  id: 'string',
  config: 'object',
  etag: 'string',
  modifiedAt: 'number',
} as const;

/** The tables of CloudFront, which has no region. */
export class CloudFrontStore {
  readonly distributions: Table<DistributionRecord>;
  readonly functions: Table<FunctionRecord>;
  readonly invalidations: Table<InvalidationRecord>;
  readonly accessControls: Table<ConfiguredRecord>;
  readonly cachePolicies: Table<ConfiguredRecord>;
  readonly originRequestPolicies: Table<ConfiguredRecord>;
  readonly responseHeadersPolicies: Table<ConfiguredRecord>;

  constructor({ globalStore: store }: Cloud) {
    this.distributions = store.table('cloudfront.distributions', {
      ...CONFIGURED,
      createdAt: 'number',
      tags: 'object',
    });
    this.functions = store.table('cloudfront.functions', {
      name: 'string',
      config: 'object',
      code: 'bytes',
      etag: 'string',
      createdAt: 'number',
      modifiedAt: 'number',
    });
    this.invalidations = store.table('cloudfront.invalidations', {
      id: 'string',
      distributionId: 'string',
      callerReference: 'string',
      paths: 'list',
      createdAt: 'number',
    });
    this.accessControls = store.table('cloudfront.origin-access-controls', CONFIGURED);
    this.cachePolicies = store.table('cloudfront.cache-policies', CONFIGURED);
    this.originRequestPolicies = store.table('cloudfront.origin-request-policies', CONFIGURED);
    this.responseHeadersPolicies = store.table('cloudfront.response-headers-policies', CONFIGURED);
  }
}
