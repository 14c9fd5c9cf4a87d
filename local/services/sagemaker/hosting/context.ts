import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import type { SageMakerState } from '../state.ts';
import type { SocketFolder } from './socket-folder.ts';

/** What fleets and instances share. */
export interface HostingContext {
  readonly sagemaker: SageMakerState;
  readonly python: ProcessStarter;
  /** The folder of unpacked models. */
  readonly folder: string;
  readonly sockets: SocketFolder;
  /** Ends the processes, also while they start. @default never */
  readonly stop?: AbortSignal;
}
