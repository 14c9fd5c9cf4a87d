import type { Asker } from '../terminal/ask.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { FoundPipeline } from './find-pipeline.ts';
import type { PipelineClients } from './pipeline-clients.ts';

/** What a person or a script decides beforehand. */
export interface DeliveryDecisions {
  readonly approve: readonly string[];
  readonly reject: readonly string[];
  /** The last stage of this delivery. */
  readonly stopAt?: string | undefined;
}

export interface DeliveryFollower {
  readonly clients: PipelineClients;
  readonly pipeline: FoundPipeline;
  readonly terminal: Terminal;
  readonly asker: Asker;
  readonly decisions: DeliveryDecisions;
}
