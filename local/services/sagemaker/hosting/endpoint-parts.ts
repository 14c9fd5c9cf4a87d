import type { Cloud } from '../../../cloud/cloud.ts';
import type { EndpointFleets } from './endpoint-fleets.ts';
import type { EndpointState } from './endpoint-state.ts';
import type { EndpointWork } from './endpoint-work.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';

/** What the tasks of one endpoint work with. */
export interface EndpointParts {
  readonly cloud: Cloud;
  readonly state: EndpointState;
  readonly fleets: EndpointFleets;
  readonly work: EndpointWork;
  readonly alarms: RollbackAlarms;
}
