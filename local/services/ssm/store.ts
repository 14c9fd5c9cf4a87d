import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Table } from '../../store/index.ts';

/** One version of a parameter. */
export interface VersionRecord {
  readonly version: number;
  readonly type: ParameterType;
  readonly value: string;
  readonly modifiedAt: number;
  readonly modifiedBy: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly keyId?: string;
  readonly dataType: string;
  readonly tier: ParameterTier;
  readonly labels: readonly string[];
}

/** A parameter with all the versions kept, oldest first. */
export interface ParameterRecord {
  readonly name: string;
  readonly versions: readonly VersionRecord[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Everything the Parameter Store has. */
export interface SsmState {
  readonly cloud: Cloud;
  /** By name. */
  readonly parameters: Table<ParameterRecord>;
}

/** SSM keeps the last hundred versions. */
export const VERSIONS_KEPT = 100;
export const STANDARD_VALUE_BYTES = 4_096;
export const ADVANCED_VALUE_BYTES = 8_192;
/** Of GetParametersByPath. */
export const PATH_PAGE_SIZE = 10;
export const DESCRIBE_PAGE_SIZE = 50;
