import { Duration, Stack } from 'aws-cdk-lib';
import { type IRule, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { addToDeadLetterQueueResourcePolicy } from 'aws-cdk-lib/aws-events-targets';
import { type IPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { CfnModelPackageGroup } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { selectHandovers } from '../../events/index.ts';
import {
  modelPackageArns,
  nameHandoverRole,
  type ProjectResources,
  serviceActingFor,
  viaS3,
} from '../../workflows/index.ts';
import type { ProjectStorage } from '../storage.ts';
import { nameArchiveReaders, nameKeyReaders } from './archive-readers.ts';
import { type Neighbor, nameApprovalsRole, namesIn, roleOf, rolesOf } from './neighbor.ts';

export interface HandoverExitProps {
  readonly resources: ProjectResources;
  readonly storage: ProjectStorage;
  readonly group: CfnModelPackageGroup;
  readonly to: Neighbor;
  /** The environments whose models may have their archives here. @default none: models are copied */
  readonly sharedWith?: readonly Neighbor[] | undefined;
}

/**
 * The way of approved models out of an environment: their approvals go to the next one, whose handover may read packages
 * and runs, and nothing else.
 */
export class HandoverExit extends Construct {
  readonly rule: Rule;

  constructor(scope: Construct, id: string, props: HandoverExitProps) {
    super(scope, id);
    this.rule = this.#forwardApprovals(props);
    this.#shareGroup(props);
    this.#shareRuns(props);
    for (const environment of props.sharedWith ?? []) this.#shareArchives(props, environment);
  }

  #forwardApprovals({ resources: { names, project }, storage, to }: HandoverExitProps): Rule {
    const { region, partition } = Stack.of(this);
    const bus = `arn:${partition}:events:${to.region}:${to.account}:event-bus/${namesIn(to, project).handoverBus}`;
    const ruleName = `${names.qualified}-handover`;
    const ruleArn = Stack.of(this).formatArn({
      service: 'events',
      resource: 'rule',
      resourceName: ruleName,
    });
    const role = new Role(this, 'Forward', {
      roleName: nameApprovalsRole(names, region),
      description: `Forwards approvals of ${names.qualified} to the environment ${to.environment}`,
      assumedBy: serviceActingFor(this, 'events.amazonaws.com', [ruleArn]),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus] }));
    return new Rule(this, 'Handover', {
      ruleName,
      description: `An approval of a model goes to the environment ${to.environment}`,
      eventPattern: { ...selectHandovers(names.modelPackageGroup) },
      targets: [forward(bus, role, storage)],
    });
  }

  #shareGroup({ resources: { names, project }, group, to }: HandoverExitProps): void {
    const statement = new PolicyStatement({
      sid: 'Handover',
      principals: [this.#reader(project, to)],
      actions: ['sagemaker:DescribeModelPackage'],
      resources: modelPackageArns(this, names),
    });
    group.modelPackageGroupPolicy = {
      Version: '2012-10-17',
      Statement: [statement.toStatementJson()],
    };
  }

  #shareRuns({ resources: { project, keys }, storage, to }: HandoverExitProps): void {
    const principals = [this.#reader(project, to)];
    storage.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'HandoverObjects',
        principals,
        actions: ['s3:GetObject'],
        resources: [storage.bucket.arnForObjects(`${keys.runs}*`)],
      }),
    );
    this.#shareKey(storage, 'Handover', principals);
    storage.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'HandoverList',
        principals,
        actions: ['s3:ListBucket'],
        resources: [storage.bucket.bucketArn],
      }),
    );
  }

  /** Archives stay here, and are read by all that needs the model there. */
  #shareArchives(
    { resources: { project, keys }, storage }: HandoverExitProps,
    environment: Neighbor,
  ): void {
    const names = namesIn(environment, project);
    const principals = [
      rolesOf(this, environment, [
        nameHandoverRole(names, environment.region),
        ...nameArchiveReaders(names),
      ]),
    ];
    const what = `Of${environment.environment}`;
    storage.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: `SharedArchives${what}`,
        principals,
        actions: ['s3:GetObject'],
        resources: [storage.bucket.arnForObjects(`${keys.runs}*/model.tar.gz`)],
      }),
    );
    this.#shareKey(storage, `Shared${what}`, [rolesOf(this, environment, nameKeyReaders(names))]);
    storage.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: `SharedList${what}`,
        principals,
        actions: ['s3:ListBucket'],
        resources: [storage.bucket.bucketArn],
      }),
    );
  }

  /** Those who read contents of objects read them under the bucket's key, through S3. */
  #shareKey({ key }: ProjectStorage, sid: string, principals: IPrincipal[]): void {
    key?.addToResourcePolicy(
      new PolicyStatement({
        sid,
        principals,
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: viaS3(this),
      }),
    );
  }

  #reader(project: ProjectResources['project'], to: Neighbor) {
    return roleOf(this, to, nameHandoverRole(namesIn(to, project), to.region));
  }
}

/** A bus of another account as a target; the CDK's own has no retry policy. */
function forward(arn: string, role: Role, { deadLetters }: ProjectStorage): IRuleTarget {
  return {
    bind: (rule: IRule) => {
      addToDeadLetterQueueResourcePolicy(rule, deadLetters);
      return {
        arn,
        role,
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: {
          maximumEventAgeInSeconds: Duration.hours(24).toSeconds(),
          maximumRetryAttempts: 185,
        },
      };
    },
  };
}
