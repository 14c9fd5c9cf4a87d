import type { Cloud } from '../../cloud/cloud.ts';
import type { SessionTokens } from './session-tokens.ts';

/** What the operations of STS share. */
export interface StsState {
  readonly cloud: Cloud;
  readonly tokens: SessionTokens;
}
