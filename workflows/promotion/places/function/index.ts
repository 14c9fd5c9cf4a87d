import type { Place } from '../place.ts';
import { cleanUp } from './clean-up.ts';
import { findLive, look } from './look.ts';
import { makeRelease } from './make-release.ts';
import { noShift } from './shift.ts';
import { settle, undo } from './undo.ts';
import { watch } from './watch.ts';

/**
 * A Lambda function: promotion publishes a version for each release, shifts the requests of the alias to it in steps, and
 * watches the alarms itself. https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export const functionPlace: Place = {
  noun: 'Function',
  variables: () => ({
    ...noShift,
    function: {},
    version: {},
    health: {},
    versions: [],
    provisioned: {},
  }),
  look,
  findLive,
  makeRelease,
  watch,
  undo,
  cleanUp,
  settle,
};
