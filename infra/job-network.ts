import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import * as z from 'zod';
import { addTaskEndpoints } from './task-endpoints.ts';

/** Subnets that are there already. */
const givenSchema = z.strictObject({
  subnets: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/))
    .min(1)
    .max(16),
  securityGroups: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/))
    .min(1)
    .max(5),
  /** Whether tasks get a public address, which a subnet needs that has no NAT and no endpoints. */
  publicIp: z.boolean().default(false),
});

/** Where tasks of Fargate have their network. */
export const jobNetworkSchema = z
  .union([z.enum(['public', 'private']), givenSchema], {
    error: `public, private, or subnets of your own as JSON: '{"subnets":["subnet-…"],"securityGroups":["sg-…"],"publicIp":false}'`,
  })
  .default('public');

export type JobNetworkSetting = z.output<typeof jobNetworkSchema>;

/** As RunTask takes it. */
export interface NetworkOfTasks {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: boolean;
}

/** The network of a project's tasks, of which none accepts a connection. */
export function createJobNetwork(scope: Construct, setting: JobNetworkSetting): NetworkOfTasks {
  if (typeof setting === 'object') {
    const { publicIp: assignPublicIp, ...rest } = setting;
    return { ...rest, assignPublicIp };
  }
  return new JobNetwork(scope, 'Network', setting).tasks;
}

/**
 * Two subnets without a NAT gateway, which would cost more than the tasks. `public`: tasks have a public address, and
 * their security group lets nothing in. `private`: nothing but the endpoints of what tasks use.
 */
class JobNetwork extends Construct {
  readonly tasks: NetworkOfTasks;

  constructor(scope: Construct, id: string, kind: 'public' | 'private') {
    super(scope, id);
    const isPublic = kind === 'public';
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      // The group is used by nothing; to empty it takes a custom resource.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        {
          name: 'Tasks',
          cidrMask: 26,
          subnetType: isPublic ? SubnetType.PUBLIC : SubnetType.PRIVATE_ISOLATED,
          ...(isPublic ? { mapPublicIpOnLaunch: false } : {}),
        },
      ],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    const group = new SecurityGroup(this, 'Group', {
      // aws-cdk-lib's own types do not fit strict optional ones.
      vpc: vpc as IVpc,
      description: 'Tasks of trainings: nothing comes in',
    });
    if (!isPublic) addTaskEndpoints(this, vpc, group);
    this.tasks = {
      subnets: (isPublic ? vpc.publicSubnets : vpc.isolatedSubnets).map(({ subnetId }) => subnetId),
      securityGroups: [group.securityGroupId],
      assignPublicIp: isPublic,
    };
  }
}
