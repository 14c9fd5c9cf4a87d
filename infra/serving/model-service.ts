import { join } from 'node:path';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { CfnCluster } from 'aws-cdk-lib/aws-ecs';
import {
  CfnListener,
  CfnListenerRule,
  CfnLoadBalancer,
  CfnTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type ContainerServing, findCapturePercent } from '../../definition/index.ts';
import type { KeyLayout } from '../../events/index.ts';
import { type Names, type ServingService, serviceActingFor } from '../../workflows/index.ts';
import type { ImageName } from '../image-names.ts';
import { CONTAINER_PORT, ContainerNetwork } from './container-network.ts';
import { ServingApi } from './serving-api.ts';

const HTTP_PORT = 80;
const HTTPS_PORT = 443;
/** How long a task that goes may answer the requests that it has: longer than an answer takes. */
const DEREGISTRATION_SECONDS = 30;
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

export interface ModelServiceProps {
  readonly serving: ContainerServing;
  readonly names: Names;
  readonly keys: KeyLayout;
  readonly bucket: IBucket;
}

/**
 * What does not depend on a model: the cluster, a private load balancer over two zones with two target groups, between
 * which ECS shifts requests, and the API that reaches it. The promotion makes the service.
 */
export class ModelService extends Construct {
  readonly resources: ServingService;
  readonly #props: ModelServiceProps;
  readonly #network: ContainerNetwork;
  readonly #loadBalancer: CfnLoadBalancer;

  constructor(scope: Construct, id: string, props: ModelServiceProps) {
    super(scope, id);
    this.#props = props;
    const { names, serving } = props;
    this.#network = new ContainerNetwork(this, 'Network', this.#listenerPort);
    this.#loadBalancer = this.#createLoadBalancer();
    const [live, next] = [this.#createTargets('Blue'), this.#createTargets('Green')];
    const listener = this.#createListener();
    const rule = this.#createRule(listener, live, next);
    const logs = new LogGroup(this, 'Logs', {
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Without capacity providers: with them, CloudFormation cannot create the first cluster of an account.
    // https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/818
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    const image = this.#createImage();
    const executionRole = this.#createExecutionRole(image, logs);
    const api = new ServingApi(this, 'Api', {
      names,
      network: this.#network,
      listenerArn: listener.ref,
      certificateName: serving.certificateName,
    });
    this.resources = {
      name: names.endpoint,
      clusterArn: cluster.attrArn,
      clusterName: cluster.ref,
      family: `${names.qualified}-serving`,
      image: image.imageUri,
      containerPort: CONTAINER_PORT,
      taskRole: this.#createTaskRole(),
      executionRole,
      trafficRole: this.#createTrafficRole(),
      network: {
        subnets: this.#network.subnetIds,
        securityGroups: [this.#network.tasks.securityGroupId],
      },
      targetGroupArns: [live.ref, next.ref],
      listenerRuleArn: rule.ref,
      loadBalancer: this.#loadBalancer.attrLoadBalancerFullName,
      logGroupName: logs.logGroupName,
      environment: this.#environment(),
      api: { id: api.id, address: api.address },
    };
  }

  get #listenerPort(): number {
    return this.#props.serving.certificateArn === undefined ? HTTP_PORT : HTTPS_PORT;
  }

  #createLoadBalancer(): CfnLoadBalancer {
    return new CfnLoadBalancer(this, 'LoadBalancer', {
      type: 'application',
      scheme: 'internal',
      subnets: [...this.#network.subnetIds],
      securityGroups: [this.#network.loadBalancer.securityGroupId],
      loadBalancerAttributes: [
        { key: 'routing.http.drop_invalid_header_fields.enabled', value: 'true' },
        { key: 'deletion_protection.enabled', value: 'false' },
      ],
    });
  }

  #createTargets(id: string): CfnTargetGroup {
    return new CfnTargetGroup(this, id, {
      targetType: 'ip',
      protocol: 'HTTP',
      port: CONTAINER_PORT,
      vpcId: this.#network.vpcId,
      healthCheckPath: '/ping',
      healthCheckIntervalSeconds: 10,
      healthCheckTimeoutSeconds: 5,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
      matcher: { httpCode: '200' },
      targetGroupAttributes: [
        { key: 'deregistration_delay.timeout_seconds', value: String(DEREGISTRATION_SECONDS) },
      ],
    });
  }

  /** Nothing but the rule answers, because ECS changes rules only. */
  #createListener(): CfnListener {
    const { certificateArn } = this.#props.serving;
    return new CfnListener(this, 'Listener', {
      loadBalancerArn: this.#loadBalancer.ref,
      port: this.#listenerPort,
      ...(certificateArn === undefined
        ? { protocol: 'HTTP' }
        : { protocol: 'HTTPS', certificates: [{ certificateArn }], sslPolicy: TLS_POLICY }),
      defaultActions: [
        {
          type: 'fixed-response',
          fixedResponseConfig: { statusCode: '404', contentType: 'text/plain' },
        },
      ],
    });
  }

  #createRule(listener: CfnListener, live: CfnTargetGroup, next: CfnTargetGroup): CfnListenerRule {
    return new CfnListenerRule(this, 'Rule', {
      listenerArn: listener.ref,
      priority: 1,
      conditions: [{ field: 'path-pattern', pathPatternConfig: { values: ['/*'] } }],
      actions: [
        {
          type: 'forward',
          forwardConfig: {
            targetGroups: [
              { targetGroupArn: live.ref, weight: 1 },
              { targetGroupArn: next.ref, weight: 0 },
            ],
          },
        },
      ],
    });
  }

  #createImage(): DockerImageAsset {
    return new DockerImageAsset(this, 'Image', {
      displayName: 'predictor-http' satisfies ImageName,
      directory: join(process.cwd(), 'images', 'predictor-http'),
      platform: Platform.LINUX_AMD64,
      exclude: ['**/__pycache__', '**/*.pyc', '.DS_Store'],
    });
  }

  #createExecutionRole(image: DockerImageAsset, logs: LogGroup): Role {
    const role = new Role(this, 'ExecutionRole', {
      description: 'Pulls the image of tasks and writes their logs',
      assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    image.repository.grantPull(role);
    logs.grantWrite(role);
    return role;
  }

  /** Reads models of runs, and writes what it captures. */
  #createTaskRole(): Role {
    const { bucket, keys, names, serving } = this.#props;
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    const tasks = Stack.of(this).formatArn({
      service: 'ecs',
      resource: '*',
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    const role = new Role(this, 'TaskRole', {
      description: `Runs the models of ${names.qualified}`,
      assumedBy: serviceActingFor(this, 'ecs-tasks.amazonaws.com', [tasks]),
    });
    const allow = (action: string, resource: string) =>
      role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    allow('s3:GetObject', bucket.arnForObjects(`${keys.runs}*/model.tar.gz`));
    // Without it S3 answers 403 instead of 404 for an archive that is gone.
    allow('s3:ListBucket', bucket.bucketArn);
    if (findCapturePercent(serving) > 0) {
      allow('s3:PutObject', bucket.arnForObjects(`${keys.captured}*`));
    }
    return role;
  }

  /** What every container has beside its model. */
  #environment(): Readonly<Record<string, string>> {
    const { bucket, keys, names, serving } = this.#props;
    const percent = findCapturePercent(serving);
    return {
      PORT: String(CONTAINER_PORT),
      OMP_NUM_THREADS: '1',
      ...(percent === 0
        ? {}
        : {
            CAPTURE_URL: `s3://${bucket.bucketName}/${keys.captured}${names.endpoint}/${names.variant}`,
            CAPTURE_PERCENT: String(percent),
          }),
    };
  }

  /** ECS changes the rule's weights and the targets with it: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html */
  #createTrafficRole(): Role {
    return new Role(this, 'TrafficRole', {
      description: 'Shifts requests between the target groups of a service',
      // AWS shows no condition in this trust policy, and documents none that ECS would meet here.
      assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
      managedPolicies: [
        ManagedPolicy.fromAwsManagedPolicyName('AmazonECSInfrastructureRolePolicyForLoadBalancers'),
      ],
    });
  }
}
