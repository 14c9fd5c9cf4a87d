import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { addTaskEndpoints } from '../task-endpoints.ts';

/** Where the image listens. */
export const CONTAINER_PORT = 8080;

/**
 * Two private subnets in two availability zones, without a way to or from the internet: the load balancer and the tasks
 * behind it. Requests come through a VPC link; tasks reach what they use by endpoints.
 */
export class ContainerNetwork extends Construct {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  /** Of the VPC link, which alone may ask the load balancer. */
  readonly link: SecurityGroup;
  readonly loadBalancer: SecurityGroup;
  readonly tasks: SecurityGroup;

  /** @param listenerPort where the load balancer listens */
  constructor(scope: Construct, id: string, listenerPort: number) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      // The group is used by nothing; to empty it takes a custom resource.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Serving', cidrMask: 26, subnetType: SubnetType.PRIVATE_ISOLATED },
      ],
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    this.vpcId = vpc.vpcId;
    this.subnetIds = vpc.isolatedSubnets.map(({ subnetId }) => subnetId);
    this.link = this.#createGroup('Link', vpc, 'The way from the API to the load balancer');
    this.loadBalancer = this.#createGroup('LoadBalancer', vpc, 'Asked by the VPC link only');
    this.tasks = this.#createGroup('Tasks', vpc, 'Asked by the load balancer only');
    this.link.addEgressRule(this.loadBalancer, Port.tcp(listenerPort));
    this.loadBalancer.addIngressRule(this.link, Port.tcp(listenerPort));
    this.loadBalancer.addEgressRule(this.tasks, Port.tcp(CONTAINER_PORT));
    this.tasks.addIngressRule(this.loadBalancer, Port.tcp(CONTAINER_PORT));
    addTaskEndpoints(this, vpc, this.tasks);
  }

  #createGroup(id: string, vpc: Vpc, description: string): SecurityGroup {
    return new SecurityGroup(this, id, {
      // aws-cdk-lib's own types do not fit strict optional ones.
      vpc: vpc as IVpc,
      description,
      allowAllOutbound: id === 'Tasks',
    });
  }
}
