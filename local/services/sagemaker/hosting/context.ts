import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import type { SageMakerContext } from '../sagemaker.ts';
import type { SocketFolder } from './socket-folder.ts';

/** What fleets and instances share. */
export interface HostingContext {
  readonly sagemaker: SageMakerContext;
  readonly python: ProcessStarter;
  /** The folder of unpacked models. */
  readonly folder: string;
  readonly sockets: SocketFolder;
}
