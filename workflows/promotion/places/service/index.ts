import type { Place } from '../place.ts';
import { cleanUp } from './clean-up.ts';
import { findLive, look } from './look.ts';
import { makeRelease } from './make-release.ts';
import { settle } from './scale.ts';
import { undo } from './undo.ts';
import { watch } from './watch.ts';

/**
 * Containers behind a load balancer: promotion registers a revision of the task definition for each release, and ECS
 * shifts the requests of the service to it and takes them back when an alarm is raised.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
 */
export const servicePlace: Place = {
  noun: 'Service',
  variables: () => ({ revisions: [] }),
  look,
  findLive,
  makeRelease,
  watch,
  undo,
  cleanUp,
  settle,
};
