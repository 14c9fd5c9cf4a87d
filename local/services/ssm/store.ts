import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';

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
