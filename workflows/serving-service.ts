import type { IRole } from 'aws-cdk-lib/aws-iam';

/** What a service of containers that serves models stands on; promotion makes the service and the revisions of its tasks. */
export interface ServingService {
  /** Of the service, in its cluster. */
  readonly name: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  /** Of the task definition. */
  readonly family: string;
  readonly image: string;
  readonly containerPort: number;
  readonly taskRole: IRole;
  readonly executionRole: IRole;
  /** With it ECS shifts requests between the target groups. */
  readonly trafficRole: IRole;
  readonly network: {
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
  };
  /** The first two of a service; which of them is live alternates. */
  readonly targetGroupArns: readonly [string, string];
  readonly listenerRuleArn: string;
  /** Its full name, as metrics know it. */
  readonly loadBalancer: string;
  readonly logGroupName: string;
  /** What every container has in its environment beside its model. */
  readonly environment: Readonly<Record<string, string>>;
  /** The HTTP API that reaches it. */
  readonly api: {
    readonly id: string;
    /** Without a slash at the end. */
    readonly address: string;
  };
}
