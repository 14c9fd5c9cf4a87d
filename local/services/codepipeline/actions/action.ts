import type { ArtifactDetail, ArtifactRevision } from '@aws-sdk/client-codepipeline';
import type { Cloud } from '../../../cloud/cloud.ts';
import type { Patience } from '../run/patience.ts';
import type { PipelineRole } from '../run/roles.ts';
import type { ActionRecord, ArtifactPlace, ExecutionRecord, Structure } from '../store.ts';

/** What an action runs with. */
export interface ActionContext {
  readonly cloud: Cloud;
  readonly structure: Structure;
  readonly execution: ExecutionRecord;
  /** The action as it is stored. */
  readonly current: () => ActionRecord;
  readonly configuration: Readonly<Record<string, string>>;
  /** Puts the values of variables into a text. @throws UnknownVariable */
  readonly resolve: (text: string) => string;
  readonly inputs: readonly ArtifactDetail[];
  /** Where the output artifacts go. */
  readonly outputs: readonly ArtifactDetail[];
  readonly patience: Patience;
  /** A session of the action's role, or of its pipeline's. @throws STS's AccessDenied */
  readonly role: () => Promise<PipelineRole>;
  /** Stores what the action has started. */
  readonly remember: (
    memory: Readonly<Record<string, string>>,
    change?: Partial<ActionRecord>,
  ) => void;
}

/** The result of an action that succeeded. */
export interface ActionResult {
  readonly variables?: Readonly<Record<string, string>>;
  readonly summary?: string;
  readonly revision?: ArtifactRevision;
  /** Whether it has written its output artifacts. @default true */
  readonly hasOutputs?: boolean;
}

/**
 * Runs an action to its end; it is called again after a restart of the runtime, with what it remembers.
 *
 * @throws ActionFailed
 */
export type ActionRunner = (context: ActionContext) => Promise<ActionResult>;

/** Ends an action as failed, with the code and message of its error details. */
export class ActionFailed extends Error {
  override readonly name = 'ActionFailed';
  readonly code: string;

  constructor(message: string, code = 'JobFailed', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The place of an artifact. */
export function placeOf({ s3location }: ArtifactDetail): ArtifactPlace {
  return { bucket: s3location?.bucket ?? '', key: s3location?.key ?? '' };
}
