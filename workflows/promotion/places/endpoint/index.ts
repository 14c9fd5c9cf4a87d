import { isGuarded } from '../../states/rollback-alarms.ts';
import type { Place } from '../place.ts';
import { cleanUp } from './clean-up.ts';
import { findLive } from './find-live.ts';
import { lookAtEndpoint } from './look.ts';
import { makeRelease } from './make-release.ts';
import { fleetVariables } from './new-fleet.ts';
import { scaleAgain } from './scale-again.ts';
import { undo } from './undo.ts';
import { endpointNoun, watchEndpoint } from './watch.ts';

/** SageMaker's endpoint, of instances or serverless: SageMaker shifts requests and watches the alarms. */
export const endpointPlace: Place = {
  ...endpointNoun,
  variables: (resources) => (isGuarded(resources) ? fleetVariables : {}),
  look: lookAtEndpoint,
  findLive,
  makeRelease,
  watch: watchEndpoint,
  undo,
  cleanUp,
  settle: scaleAgain,
};
