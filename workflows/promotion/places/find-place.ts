import type { Serving } from '../../../definition/index.ts';
import { endpointPlace } from './endpoint/index.ts';
import { functionPlace } from './function/index.ts';
import type { Place } from './place.ts';

/**
 * The place where a project's models serve.
 *
 * @throws Error for a type of serving that has no place yet; `infra/` refuses it by name before
 */
export function findPlace({ type }: Serving): Place {
  switch (type) {
    case 'instances':
    case 'serverless':
      return endpointPlace;
    case 'lambda':
      return functionPlace;
    case 'container':
      throw new Error(`serving.type: no promotion is written for ${JSON.stringify(type)} yet.`);
  }
}
