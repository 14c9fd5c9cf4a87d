import type { ServiceName } from '../../cloud/service-name.ts';
import {
  call,
  createOrUpdate,
  ignoreMissing,
  type Properties,
  type Provisioned,
  pick,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

const LAMBDA: ServiceName = 'lambda';
const STEP_FUNCTIONS: ServiceName = 'stepfunctions';

/** A version never changes: one with other properties is another version. */
function keptVersion({ previous, properties }: ResourceRequest): Provisioned | undefined {
  if (previous === undefined) return undefined;
  const isSame = JSON.stringify(previous.properties) === JSON.stringify(properties);
  return isSame ? { physicalId: previous.physicalId, attributes: previous.attributes } : undefined;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html */
const functionVersion: ResourceType = {
  properties: ['CodeSha256', 'Description', 'FunctionName'],
  async apply(request) {
    const kept = keptVersion(request);
    if (kept !== undefined) return kept;
    const input = pick(request.properties, ['CodeSha256', 'Description', 'FunctionName']);
    const { FunctionArn, Version } = await call<Properties>(
      request,
      LAMBDA,
      'PublishVersion',
      input,
    );
    return { physicalId: String(FunctionArn), attributes: { FunctionArn, Version } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, LAMBDA, 'DeleteFunction', { FunctionName: request.previous?.physicalId }),
    );
  },
};

interface VersionWeight {
  readonly FunctionVersion: string;
  readonly FunctionWeight: number;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-alias.html */
const functionAlias: ResourceType = {
  properties: ['Description', 'FunctionName', 'FunctionVersion', 'Name', 'RoutingConfig'],
  async apply(request) {
    const { RoutingConfig, ...properties } = request.properties;
    const names = ['Description', 'FunctionName', 'FunctionVersion', 'Name'];
    const input = { ...pick(properties, names), RoutingConfig: weightsOf(RoutingConfig) };
    const { AliasArn } = await createOrUpdate<Properties>(
      () => call(request, LAMBDA, 'CreateAlias', input),
      () => call(request, LAMBDA, 'UpdateAlias', { Description: '', ...input }),
      'ResourceConflictException',
    );
    const { FunctionName, Name } = properties;
    return { physicalId: String(AliasArn), attributes: { AliasArn, FunctionName, Name } };
  },
  async remove(request) {
    const { FunctionName, Name } = request.previous?.attributes ?? {};
    await ignoreMissing(() => call(request, LAMBDA, 'DeleteAlias', { FunctionName, Name }));
  },
};

/** A list in a template, and a map in the API. */
function weightsOf(routing: unknown): object {
  const { AdditionalVersionWeights = [] } = (routing ?? {}) as {
    readonly AdditionalVersionWeights?: readonly VersionWeight[];
  };
  const weights = AdditionalVersionWeights.map(
    ({ FunctionVersion, FunctionWeight }) => [FunctionVersion, FunctionWeight] as const,
  );
  return { AdditionalVersionWeights: Object.fromEntries(weights) };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html */
const stateMachineVersion: ResourceType = {
  properties: ['Description', 'StateMachineArn', 'StateMachineRevisionId'],
  async apply(request) {
    const kept = keptVersion(request);
    if (kept !== undefined) return kept;
    const { Description, StateMachineArn, StateMachineRevisionId } = request.properties;
    const { stateMachineVersionArn: Arn } = await call<Properties>(
      request,
      STEP_FUNCTIONS,
      'PublishStateMachineVersion',
      {
        stateMachineArn: StateMachineArn,
        description: Description,
        revisionId: StateMachineRevisionId,
      },
    );
    return { physicalId: String(Arn), attributes: { Arn } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, STEP_FUNCTIONS, 'DeleteStateMachineVersion', {
        stateMachineVersionArn: request.previous?.physicalId,
      }),
    );
  },
};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html */
const stateMachineAlias: ResourceType = {
  properties: ['DeploymentPreference', 'Description', 'Name', 'RoutingConfiguration'],
  withoutEffect(properties) {
    const { Type: type = 'ALL_AT_ONCE' } = preferenceOf(properties) ?? {};
    return type === 'ALL_AT_ONCE'
      ? undefined
      : `DeploymentPreference ${type} takes all traffic at once here`;
  },
  async apply(request) {
    const routingConfiguration = routesOf(request.properties);
    const { Description: description, Name: name } = request.properties;
    const machine = machineOf(routingConfiguration);
    const stateMachineAliasArn = `${machine}:${String(name)}`;
    const previous = request.previous?.physicalId;
    if (previous === stateMachineAliasArn) {
      const input = { stateMachineAliasArn, description: description ?? '', routingConfiguration };
      await call(request, STEP_FUNCTIONS, 'UpdateStateMachineAlias', input);
    } else {
      const input = { name, description, routingConfiguration };
      await call(request, STEP_FUNCTIONS, 'CreateStateMachineAlias', input);
    }
    return { physicalId: stateMachineAliasArn, attributes: { Arn: stateMachineAliasArn } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, STEP_FUNCTIONS, 'DeleteStateMachineAlias', {
        stateMachineAliasArn: request.previous?.physicalId,
      }),
    );
  },
};

interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

interface DeploymentPreference {
  readonly StateMachineVersionArn: string;
  readonly Type?: string;
}

function preferenceOf(properties: Properties): DeploymentPreference | undefined {
  return properties['DeploymentPreference'] as DeploymentPreference | undefined;
}

function routesOf(properties: Properties): readonly Route[] {
  const preferred = preferenceOf(properties)?.StateMachineVersionArn;
  if (preferred !== undefined) return [{ stateMachineVersionArn: preferred, weight: 100 }];
  return ((properties['RoutingConfiguration'] ?? []) as readonly Properties[]).map((route) => ({
    stateMachineVersionArn: String(route['StateMachineVersionArn']),
    weight: Number(route['Weight']),
  }));
}

/** The machine of a version's ARN. */
function machineOf([first]: readonly Route[]): string {
  return (first?.stateMachineVersionArn ?? '').replace(/:\d+$/, '');
}

/** What is published of a function or state machine. */
export const publishedResourceTypes = {
  'AWS::Lambda::Alias': functionAlias,
  'AWS::Lambda::Version': functionVersion,
  'AWS::StepFunctions::StateMachineAlias': stateMachineAlias,
  'AWS::StepFunctions::StateMachineVersion': stateMachineVersion,
};
