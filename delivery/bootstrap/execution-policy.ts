import * as z from 'zod';
import handlerPermissions from './handler-permissions.json' with { type: 'json' };

/**
 * By resource type: the actions that CloudFormation takes to create, read, update and delete a resource. From `handlers` in
 * the registry's schemas of us-east-1, as pulumi/pulumi-aws-native stored them at 43eed3b (2026-08-07).
 */
const permissions: Readonly<Record<string, readonly string[] | undefined>> = handlerPermissions;

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** IAM takes no longer document of a managed policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MAXIMUM_POLICY_CHARACTERS = 6_144;
/** That a role may have. */
export const MAXIMUM_POLICIES = 10;

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string() })).default({}),
});
const policiesSchema = z.object({
  Resources: z
    .record(z.string(), z.object({ Type: z.string(), Properties: z.unknown().optional() }))
    .default({}),
});

/** The types of the resources of templates. */
export function listTypes(templates: readonly unknown[]): string[] {
  const types = templates.flatMap((template) =>
    Object.values(templateSchema.parse(template).Resources).map(({ Type }) => Type),
  );
  return [...new Set(types)].sort();
}

/** What is no resource of a service: custom resources are functions, and metadata are nothing. */
const isOfService = (type: string) =>
  !type.startsWith('Custom::') &&
  !['AWS::CDK::Metadata', 'AWS::CloudFormation::CustomResource'].includes(type);

/** The types whose permissions are not known; a policy for them would let their deployment fail. */
export function findUnknownTypes(types: readonly string[]): string[] {
  return types.filter((type) => isOfService(type) && permissions[type] === undefined);
}

/** The names of what stacks of Stepmill make begin with this: CloudFormation begins names with that of the stack. */
const PREFIX = 'stepmill-';

/** The roles of handovers, whose names begin with those of projects: the policies of neighbors name them. */
const HANDOVER_ROLES = ['*-approvals-*', '*-handover-*'];

const ROLE_NAMES = [`${PREFIX}*`, ...HANDOVER_ROLES];

/** The most that roles of the app may do. Its own name: what the policies allow must not change it. */
export const BOUNDARY = 'cfn-execution-of-stepmill-boundary';

/** What CloudFormation may do to deploy resources of these types, and nothing else; roles only of the app's own names. */
export function renderStatements(types: readonly string[]): Statement[] {
  const actions = [...new Set(types.flatMap((type) => permissions[type] ?? []))].sort();
  const iam = actions.filter((action) => action.startsWith('iam:'));
  const others = actions.filter((action) => !action.startsWith('iam:'));
  return [
    ...groupByService(others),
    ...renderRoleStatements(iam, types),
    renderServiceRoles(),
    {
      Sid: 'CustomResources',
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: `arn:*:lambda:*:*:function:${PREFIX}*`,
    },
    {
      Sid: 'Assets',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: 'arn:*:s3:::cdk-hnb659fds-assets-*/*',
    },
    {
      Sid: 'BootstrapVersion',
      Effect: 'Allow',
      Action: ['ssm:GetParameter', 'ssm:GetParameters'],
      Resource: 'arn:*:ssm:*:*:parameter/cdk-bootstrap/*',
    },
  ];
}

/** What gives a role permissions. Each knows the condition key: the boundary that the role has, or gets. */
const GRANTING: readonly string[] = [
  'iam:AttachRolePolicy',
  'iam:CreateRole',
  'iam:PutRolePermissionsBoundary',
  'iam:PutRolePolicy',
];

/** What has statements of its own, or is allowed nowhere: a boundary stays. */
const ELSEWHERE: readonly string[] = [
  ...GRANTING,
  'iam:CreateServiceLinkedRole',
  'iam:DeleteRolePermissionsBoundary',
  'iam:PassRole',
];

/**
 * Roles of the app's own names, with the boundary, so that CloudFormation makes no role that may do more.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
function renderRoleStatements(iam: readonly string[], types: readonly string[]): Statement[] {
  const roles = ROLE_NAMES.map((name) => `arn:*:iam::*:role/${name}`);
  const services = listPassedTo(types);
  return [
    {
      Sid: 'RolesOfTheApp',
      Effect: 'Allow',
      // Of a policy's handlers, which know users and groups as well; the app has none.
      Action: iam.filter(
        (action) => !ELSEWHERE.includes(action) && !/(Group|User)Policy$/.test(action),
      ),
      Resource: [...roles, `arn:*:iam::*:policy/${PREFIX}*`],
    },
    {
      Sid: 'RolesWithTheBoundary',
      Effect: 'Allow',
      Action: GRANTING,
      Resource: roles,
      Condition: {
        StringLike: { 'iam:PermissionsBoundary': `arn:*:iam::*:policy/${BOUNDARY}` },
      },
    },
    ...(services.length === 0
      ? []
      : [
          {
            Sid: 'RolesForServices',
            Effect: 'Allow' as const,
            Action: ['iam:PassRole'],
            Resource: roles,
            Condition: { StringEquals: { 'iam:PassedToService': services } },
          },
        ]),
  ];
}

/** Roles whose permissions are the services' own. */
function renderServiceRoles(): Statement {
  return {
    Sid: 'RolesOfServices',
    Effect: 'Allow',
    Action: ['iam:CreateServiceLinkedRole'],
    Resource: 'arn:*:iam::*:role/aws-service-role/*',
  };
}

/** The service that a role is passed to, where it is not called as the second part of the type says. */
const PASSED_TO: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2': 'apigateway',
  'AWS::Cognito': 'cognito-idp',
  'AWS::StepFunctions': 'states',
};

function listPassedTo(types: readonly string[]): string[] {
  const services = types
    .filter((type) => permissions[type]?.includes('iam:PassRole') === true)
    .flatMap((type) => {
      const [, service = ''] = type.split('::');
      const name = PASSED_TO[`AWS::${service}`] ?? service.toLowerCase();
      // Tasks take on their roles under a name of their own.
      return service === 'ECS' ? ['ecs', 'ecs-tasks'] : [name];
    });
  return [...new Set(services)].sort().map((name) => `${name}.amazonaws.com`);
}

/**
 * The most that any role of the app may do: the services that its roles use, no right of IAM but to pass the app's own roles,
 * and to take on no role of others.
 *
 * @param templates of all stacks of an environment
 */
export function renderBoundary(templates: readonly unknown[]): Statement[] {
  const roles = ROLE_NAMES.map((name) => `arn:*:iam::*:role/${name}`);
  const services = new Set([
    ...listRoleActions(templates).map(serviceOf),
    ...listManagedPolicies(templates).flatMap((name) => MANAGED_POLICIES[name] ?? []),
  ]);
  return [
    {
      Sid: 'ServicesOfTheApp',
      Effect: 'Allow',
      Action: [...services]
        .filter((service) => !['iam', 'sts', ''].includes(service))
        .sort()
        .map((service) => `${service}:*`),
      Resource: '*',
    },
    { Sid: 'RolesOfTheApp', Effect: 'Allow', Action: ['iam:PassRole'], Resource: roles },
    renderServiceRoles(),
    {
      Sid: 'OtherEnvironments',
      Effect: 'Allow',
      Action: ['sts:AssumeRole'],
      Resource: `arn:*:iam::*:role/${PREFIX}*`,
    },
  ];
}

const statementsSchema = z
  .object({
    Statement: z.array(
      z.object({
        Action: z
          .union([z.string(), z.array(z.string())])
          .transform((actions) => [actions].flat())
          .catch([]),
      }),
    ),
  })
  .transform(({ Statement }) => Statement.flatMap(({ Action }) => Action))
  .catch([]);

const policySchema = z.object({
  PolicyDocument: statementsSchema.optional(),
  Policies: z.array(z.object({ PolicyDocument: statementsSchema })).optional(),
});

/**
 * The services of AWS's own policies, which a template names and does not show.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const MANAGED_POLICIES: Readonly<Record<string, readonly string[] | undefined>> = {
  AWSLambdaBasicExecutionRole: ['logs'],
  AmazonECSInfrastructureRolePolicyForLoadBalancers: ['elasticloadbalancing'],
};

/** The policies of AWS that roles have, whose services are not known; the boundary would take their permissions away. */
export function findUnknownPolicies(templates: readonly unknown[]): string[] {
  return listManagedPolicies(templates).filter((name) => MANAGED_POLICIES[name] === undefined);
}

const managedSchema = z.object({ ManagedPolicyArns: z.unknown().optional() });

/** The names of AWS's own policies; those of the app are resources of the templates. */
function listManagedPolicies(templates: readonly unknown[]): string[] {
  const names = templates.flatMap((template) =>
    Object.values(policiesSchema.parse(template).Resources).flatMap(({ Type, Properties }) => {
      if (Type !== 'AWS::IAM::Role') return [];
      const { ManagedPolicyArns } = managedSchema.parse(Properties ?? {});
      const arns = JSON.stringify(ManagedPolicyArns ?? []);
      return [...arns.matchAll(/:aws:policy\/(?:[\w-]+\/)*([\w+=,.@-]+)/g)].map(
        ([, name = '']) => name,
      );
    }),
  );
  return [...new Set(names)].sort();
}

/** The actions in the policies of roles. */
export function listRoleActions(templates: readonly unknown[]): string[] {
  const actions = templates.flatMap((template) =>
    Object.values(policiesSchema.parse(template).Resources).flatMap(({ Type, Properties }) => {
      if (!/^AWS::IAM::(Policy|ManagedPolicy|Role)$/.test(Type)) return [];
      const { PolicyDocument = [], Policies = [] } = policySchema.parse(Properties ?? {});
      return [...PolicyDocument, ...Policies.flatMap((policy) => policy.PolicyDocument)];
    }),
  );
  return [...new Set(actions)].sort();
}

function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}

function groupByService(actions: readonly string[]): Statement[] {
  const services = [...new Set(actions.map(serviceOf))];
  return services.map((service) => ({
    Sid: `Service${service.replaceAll(/[^A-Za-z0-9]/g, '')}`,
    Effect: 'Allow',
    Action: actions.filter((action) => serviceOf(action) === service),
    // Most names are CloudFormation's; the account is the boundary between environments.
    Resource: '*',
  }));
}

/** The statements as documents that each fit into a managed policy. */
export function splitPolicies(statements: readonly Statement[]): object[] {
  const documents: { Version: string; Statement: Statement[] }[] = [];
  for (const statement of statements) {
    const last = documents.at(-1);
    const grown =
      last === undefined ? undefined : { ...last, Statement: [...last.Statement, statement] };
    if (grown !== undefined && JSON.stringify(grown).length <= MAXIMUM_POLICY_CHARACTERS) {
      documents[documents.length - 1] = grown;
    } else {
      documents.push({ Version: '2012-10-17', Statement: [statement] });
    }
  }
  return documents;
}

/**
 * A template of the policies with which `cdk bootstrap` lets CloudFormation deploy, in place of AdministratorAccess, and of the
 * boundary that every role of the app has.
 *
 * @param templates of all stacks of an environment
 */
export function renderBootstrapTemplate(templates: readonly unknown[]): object {
  const documents = splitPolicies(renderStatements(listTypes(templates)));
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description:
      'Stepmill: what CloudFormation may do to deploy the app, in place of AdministratorAccess',
    Resources: Object.fromEntries([
      [
        'Boundary',
        {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: {
            ManagedPolicyName: BOUNDARY,
            Description:
              'The most that roles of Stepmill may do. Made by "stepmill delivery bootstrap".',
            PolicyDocument: { Version: '2012-10-17', Statement: renderBoundary(templates) },
          },
        },
      ],
      ...documents.map((PolicyDocument, index) => [
        `Execution${index + 1}`,
        {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: {
            ManagedPolicyName: nameExecutionPolicy(index),
            Description:
              'Of CloudFormation, for stacks of Stepmill. Made by "stepmill delivery bootstrap".',
            PolicyDocument,
          },
        },
      ]),
    ]),
  };
}

/** Not below the prefix that the policies open: what they allow must not change them. */
function nameExecutionPolicy(index: number): string {
  return `cfn-execution-of-stepmill-${index + 1}`;
}

export interface BootstrapTarget {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The account that deploys here. */
  readonly trusted: string;
}

/** The commands that make the policies and bootstrap an account, to be run with its administrator's credentials. */
export function renderBootstrapCommands(
  types: readonly string[],
  { account, region, partition, trusted }: BootstrapTarget,
  file: string,
): string[] {
  const policies = splitPolicies(renderStatements(types)).map(
    (_, index) => `arn:${partition}:iam::${account}:policy/${nameExecutionPolicy(index)}`,
  );
  const trust = trusted === account ? '' : ` --trust ${trusted} --trust-for-lookup ${trusted}`;
  return [
    `aws cloudformation deploy --region ${region} --stack-name stepmill-bootstrap --template-file ${file} --capabilities CAPABILITY_NAMED_IAM`,
    `npx cdk bootstrap aws://${account}/${region}${trust} --cloudformation-execution-policies ${policies.join(',')}`,
  ];
}
