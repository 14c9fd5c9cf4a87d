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
import {
  checkPreference,
  type DeploymentPreference,
  type Route,
  shiftAlias,
} from './alias-shift.ts';

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
  withoutEffect(properties, _cloud, deployment) {
    const { Type: type = 'ALL_AT_ONCE' } = preferenceOf(properties) ?? {};
    return type === 'ALL_AT_ONCE' || deployment !== undefined
      ? undefined
      : `DeploymentPreference ${type} takes all traffic at once when the runtime provisions it; a deployment shifts it`;
  },
  async apply(request) {
    const preference = preferenceOf(request.properties);
    if (preference !== undefined) checkPreference(preference);
    const routingConfiguration = routesOf(request.properties);
    const { Description: description, Name: name } = request.properties;
    const machine = machineOf(routingConfiguration);
    const stateMachineAliasArn = `${machine}:${String(name)}`;
    const previous = request.previous?.physicalId;
    if (previous === stateMachineAliasArn) {
      await updateAlias(request, stateMachineAliasArn, routingConfiguration);
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

async function updateAlias(
  request: ResourceRequest,
  stateMachineAliasArn: string,
  wanted: readonly Route[],
): Promise<void> {
  const { deployment, previous, properties } = request;
  const description = properties['Description'] ?? '';
  const route = (routingConfiguration: readonly Route[]) =>
    call(request, STEP_FUNCTIONS, 'UpdateStateMachineAlias', {
      stateMachineAliasArn,
      description,
      routingConfiguration,
    });
  const preference = preferenceOf(properties);
  const { Type: type = 'ALL_AT_ONCE', StateMachineVersionArn: target } = preference ?? {};
  const before = routesOf(previous?.properties ?? {});
  const isSame = before.every(({ stateMachineVersionArn }) => stateMachineVersionArn === target);
  if (deployment === undefined || preference === undefined || type === 'ALL_AT_ONCE' || isSame) {
    await route(wanted);
    return;
  }
  const routes = async () => {
    const input = { stateMachineAliasArn };
    const alias = await call<{ readonly routingConfiguration: readonly Route[] }>(
      request,
      STEP_FUNCTIONS,
      'DescribeStateMachineAlias',
      input,
    );
    return alias.routingConfiguration;
  };
  const { signal } = deployment;
  await shiftAlias(request, { before, preference, route, routes, signal });
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
