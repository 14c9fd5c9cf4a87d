import {
  InterfaceVpcEndpointAwsService,
  type ISecurityGroup,
  type IVpc,
  Port,
  SecurityGroup,
  type Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

const HTTPS_PORT = 443;

/** What tasks need in a network without a way to the internet: to be started, and to write their log. */
export function addTaskEndpoints(scope: Construct, vpc: Vpc, tasks: ISecurityGroup): void {
  const group = new SecurityGroup(scope, 'Endpoints', {
    // aws-cdk-lib's own types do not fit strict optional ones.
    vpc: vpc as IVpc,
    description: 'Asked by tasks only',
    allowAllOutbound: false,
  });
  group.addIngressRule(tasks, Port.tcp(HTTPS_PORT));
  const services = {
    EcrApi: InterfaceVpcEndpointAwsService.ECR,
    EcrDocker: InterfaceVpcEndpointAwsService.ECR_DOCKER,
    Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  };
  for (const [id, service] of Object.entries(services)) {
    vpc.addInterfaceEndpoint(id, { service, open: false, securityGroups: [group] });
  }
}
