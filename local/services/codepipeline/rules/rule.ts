import type { ArtifactDetail, RuleDeclaration } from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Principal } from '../../../cloud/principal.ts';
import type { Patience } from '../run/patience.ts';
import type { ExecutionRecord } from '../store.ts';

/** What a rule is judged with. */
export interface RuleContext {
  readonly cloud: Cloud;
  readonly rule: RuleDeclaration;
  /** With the values of variables. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly execution: ExecutionRecord;
  readonly inputs: readonly ArtifactDetail[];
  readonly stage: string;
  readonly id: string;
  readonly patience: Patience;
  /** The principal of the rule's role. */
  readonly principal: () => Promise<Principal>;
}

export interface RuleResult {
  readonly passes: boolean;
  readonly summary: string;
}

export type RuleCheck = (context: RuleContext) => Promise<RuleResult>;
