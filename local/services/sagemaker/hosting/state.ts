import type { Table } from '../../../store/index.ts';
import type { SageMakerState } from '../state.ts';
import type { DataCapture } from './data-capture.ts';
import type { EndpointControllers } from './endpoint-controllers.ts';
import type { InvocationMetrics } from './invocation-metrics.ts';
import type { EndpointConfigRecord, EndpointRecord, ModelRecord } from './records.ts';
import type { RollbackAlarms } from './rollback-alarms.ts';

/** What the operations of hosting and of the runtime API share. */
export interface HostingState extends SageMakerState {
  /** By name. */
  readonly models: Table<ModelRecord>;
  /** By name. */
  readonly endpointConfigs: Table<EndpointConfigRecord>;
  /** By name. */
  readonly endpoints: Table<EndpointRecord>;
  readonly controllers: EndpointControllers;
  readonly alarms: RollbackAlarms;
  readonly metrics: InvocationMetrics;
  readonly capture: DataCapture;
  /** By fleet: the part of a copied request that its shadow variant is still owed. */
  readonly shadowCredits: Map<string, number>;
}
