import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import type { SageMakerContext } from '../sagemaker.ts';
import type { SocketFolder } from './socket-folder.ts';

/** What everything in hosting shares. */
export interface HostingContext {
  readonly sagemaker: SageMakerContext;
  readonly python: ProcessStarter;
  /** Where models are unpacked. */
  readonly folder: string;
  readonly sockets: SocketFolder;
}
