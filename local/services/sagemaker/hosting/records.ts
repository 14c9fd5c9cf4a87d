import type {
  ContainerDefinition,
  CreateEndpointConfigInput,
  DataCaptureConfig,
  DeploymentConfig,
  InferenceExecutionConfig,
  ProductionVariantServerlessConfig,
  VpcConfig,
} from '@aws-sdk/client-sagemaker';

/** A model as it is kept; immutable from its creation on. */
export interface ModelRecord {
  readonly name: string;
  readonly arn: string;
  readonly primaryContainer?: ContainerDefinition;
  readonly containers?: readonly ContainerDefinition[];
  readonly inferenceExecutionConfig?: InferenceExecutionConfig;
  readonly executionRoleArn: string;
  readonly vpcConfig?: VpcConfig;
  readonly enableNetworkIsolation: boolean;
  readonly creationTime: number;
  /** The containers that really run, model packages resolved. */
  readonly resolved: readonly ContainerSpec[];
}

/** An endpoint config as it is kept; immutable from its creation on. */
export interface EndpointConfigRecord {
  readonly name: string;
  readonly arn: string;
  readonly input: CreateEndpointConfigInput;
  readonly creationTime: number;
}

/** One container of a model. */
export interface ContainerSpec {
  /** `ContainerHostname`, or what AWS calls a container without one. */
  readonly hostname: string;
  readonly image: string;
  readonly modelDataUrl?: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Everything a fleet needs to run, copied when it is made: models and endpoint configs may be deleted
 * while it lives.
 */
export interface FleetSpec {
  readonly id: string;
  readonly configName: string;
  readonly variants: readonly VariantSpec[];
  readonly shadows: readonly VariantSpec[];
  readonly dataCapture?: DataCaptureConfig;
}

export interface VariantSpec {
  readonly name: string;
  readonly modelName: string;
  readonly roleArn: string;
  readonly containers: readonly ContainerSpec[];
  readonly mode: 'Serial' | 'Direct';
  readonly instanceType?: string;
  readonly serverless?: ProductionVariantServerlessConfig;
  readonly startupTimeoutSeconds?: number;
  readonly initialInstanceCount: number;
  readonly initialWeight: number;
}

/** What of a variant changes while its fleet lives. */
export interface VariantState {
  readonly name: string;
  readonly currentWeight: number;
  readonly desiredWeight: number;
  readonly currentInstanceCount: number;
  readonly desiredInstanceCount: number;
}

export interface FleetRecord {
  readonly spec: FleetSpec;
  readonly states: readonly VariantState[];
  /** What is happening to the fleet, while something is. */
  readonly phase?: FleetPhase;
}

/** `VariantStatus` of the fleet's variants. */
export interface FleetPhase {
  readonly status: 'Creating' | 'Updating' | 'Deleting' | 'ActivatingTraffic' | 'Baking';
  readonly startTime: number;
  /** By variant. */
  readonly messages: Readonly<Record<string, string>>;
}

/** An update under way: enough to go on with it after the runtime was killed. */
export interface DeploymentRecord {
  readonly green: FleetRecord;
  readonly config?: DeploymentConfig;
  readonly startTime: number;
  /** The step of the plan that was begun last; it may still be baking. -1 before the first. */
  readonly step: number;
  /** The part of the traffic that the new fleet gets, from 0 to 1. */
  readonly share: number;
  /** Why it is being taken back, once it is. */
  readonly rollbackReason?: string;
}

type EndpointStatus =
  | 'Creating'
  | 'InService'
  | 'Updating'
  | 'RollingBack'
  | 'UpdateRollbackFailed'
  | 'Failed'
  | 'Deleting';

export interface EndpointRecord {
  readonly name: string;
  readonly arn: string;
  readonly status: EndpointStatus;
  /** What serves, or will once the endpoint is created. */
  readonly live: FleetRecord;
  readonly deployment?: DeploymentRecord;
  /** Weights and counts being changed without a new config. */
  readonly resizing?: readonly VariantState[];
  readonly lastDeploymentConfig?: DeploymentConfig;
  readonly failureReason?: string;
  readonly creationTime: number;
  readonly lastModifiedTime: number;
}

export function initialStates(spec: FleetSpec): readonly VariantState[] {
  return [...spec.variants, ...spec.shadows].map((variant) => ({
    name: variant.name,
    currentWeight: variant.initialWeight,
    desiredWeight: variant.initialWeight,
    currentInstanceCount: variant.initialInstanceCount,
    desiredInstanceCount: variant.initialInstanceCount,
  }));
}
