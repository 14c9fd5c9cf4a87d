import type { Serving } from '../../../definition/index.ts';
import { endpointPlace } from './endpoint/index.ts';
import { functionPlace } from './function/index.ts';
import type { Place } from './place.ts';
import { servicePlace } from './service/index.ts';

/** The place where a project's models serve. */
export function findPlace({ type }: Serving): Place {
  switch (type) {
    case 'instances':
    case 'serverless':
      return endpointPlace;
    case 'lambda':
      return functionPlace;
    case 'container':
      return servicePlace;
  }
}
