import type { State } from 'aws-cdk-lib/aws-stepfunctions';
import { type FindLive, findPlace } from './promotion/places/index.ts';

/** Which package is live, wherever the project's models serve. */
export function findLivePackage(props: FindLive): State {
  return findPlace(props.resources.project.serving).findLive(props);
}

/** Outcomes of a promotion after which the package serves, from the time that was noted. */
const SERVES = ['Live', 'Already live', 'Nothing changed'];

const promotion = '$states.result.CustomerMetadataProperties';

/** Since when the described package serves, as JSONata; an empty text where that was not noted. */
export const packageLiveSince = `(${promotion}.promotion in ${JSON.stringify(SERVES)} and $exists(${promotion}.promotedAt) ? ${promotion}.promotedAt : "")`;
