import type {
  ContainerDefinition,
  CreateEndpointConfigInput,
  DataCaptureConfig,
  DeploymentConfig,
  InferenceExecutionConfig,
  ProductionVariantServerlessConfig,
  VpcConfig,
} from '@aws-sdk/client-sagemaker';

/** A stored model; it never changes. */
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
  /** The containers, with model packages resolved. */
  readonly resolved: readonly ContainerSpec[];
}

/** A stored endpoint config; it never changes. */
export interface EndpointConfigRecord {
  readonly name: string;
  readonly arn: string;
  readonly input: CreateEndpointConfigInput;
  readonly creationTime: number;
}

/** One container of a model. */
export interface ContainerSpec {
  /** `ContainerHostname`, or AWS's default for it. */
  readonly hostname: string;
  readonly image: string;
  /** The same image by the digest that its tag named when the model was created. @default `image` */
  readonly resolvedImage?: string;
  readonly modelDataUrl?: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Everything a fleet needs to run. It is a copy, because models and endpoint configs may be deleted while
 * the fleet runs.
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

/** The part of a variant that changes while its fleet runs. */
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
  /** The phase of a change in progress. */
  readonly phase?: FleetPhase;
}

/** `VariantStatus` of the fleet's variants. */
export interface FleetPhase {
  readonly status: 'Creating' | 'Updating' | 'Deleting' | 'ActivatingTraffic' | 'Baking';
  readonly startTime: number;
  /** Messages by variant. */
  readonly messages: Readonly<Record<string, string>>;
}

/** An update in progress, with everything that is needed to resume it after a kill. */
export interface DeploymentRecord {
  readonly green: FleetRecord;
  readonly config?: DeploymentConfig;
  readonly startTime: number;
  /** The latest step of the plan, which may still be baking; -1 before the first step. */
  readonly step: number;
  /** The share of the traffic that the new fleet receives, from 0 to 1. */
  readonly share: number;
  /** The reason of a rollback in progress. */
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
  /** The fleet that serves, or will serve once the endpoint is created. */
  readonly live: FleetRecord;
  readonly deployment?: DeploymentRecord;
  /** The desired weights and counts of a change without a new config. */
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
