import type { ServiceFactory } from '../service.ts';
import { createIamService } from './iam/index.ts';
import { createStsService } from './sts/index.ts';

/** Every service this AWS has, in the order they are built, started and (reversed) stopped. */
export const serviceFactories: readonly ServiceFactory[] = [createIamService, createStsService];
