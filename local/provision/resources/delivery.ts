import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  physicalName,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html */
const MAX_PROJECT_NAME_LENGTH = 150;
/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html */
const MAX_PIPELINE_NAME_LENGTH = 100;
/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateReportGroup.html */
const MAX_GROUP_NAME_LENGTH = 128;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html */
const project: ResourceType = {
  properties: [
    'Artifacts',
    'BadgeEnabled',
    'Cache',
    'ConcurrentBuildLimit',
    'Description',
    'EncryptionKey',
    'Environment',
    'LogsConfig',
    'Name',
    'QueuedTimeoutInMinutes',
    'SecondaryArtifacts',
    'SecondarySources',
    'SecondarySourceVersions',
    'ServiceRole',
    'Source',
    'SourceVersion',
    'Tags',
    'TimeoutInMinutes',
  ],
  async apply(request) {
    const { cloud, properties } = request;
    const name = nameOf(request, 'Name', MAX_PROJECT_NAME_LENGTH);
    const { Source, ...others } = properties;
    const { BuildSpec, ...source } = (Source ?? {}) as Properties;
    const input = {
      ...(inApiNames(others) as object),
      name,
      // A role that is given by its name is one of the account.
      serviceRole: roleArn(request, properties['ServiceRole']),
      source: {
        ...(inApiNames(source) as object),
        ...(BuildSpec !== undefined && { buildspec: BuildSpec }),
      },
    };
    await createOrUpdate(
      () => call(request, 'codebuild', 'CreateProject', input),
      () => call(request, 'codebuild', 'UpdateProject', input),
      'ResourceAlreadyExistsException',
    );
    return { physicalId: name, attributes: { Arn: cloud.arn('codebuild', `project/${name}`) } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, 'codebuild', 'DeleteProject', { name: request.previous?.physicalId }),
    ),
};

function roleArn({ cloud }: ResourceRequest, role: unknown): string {
  const given = String(role);
  return given.startsWith('arn:') ? given : `arn:aws:iam::${cloud.accountId}:role/${given}`;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-reportgroup.html */
const reportGroup: ResourceType = {
  properties: ['DeleteReports', 'ExportConfig', 'Name', 'Tags', 'Type'],
  async apply(request) {
    const { cloud } = request;
    const { DeleteReports: _, ...properties } = request.properties;
    const name = nameOf(request, 'Name', MAX_GROUP_NAME_LENGTH);
    const arn = cloud.arn('codebuild', `report-group/${name}`);
    const input = { ...(inApiNames(properties) as ReportGroupInput), name };
    const { exportConfig, tags } = input;
    await createOrUpdate(
      () => call(request, 'codebuild', 'CreateReportGroup', input),
      () => call(request, 'codebuild', 'UpdateReportGroup', { arn, exportConfig, tags }),
      'ResourceAlreadyExistsException',
    );
    return { physicalId: arn, attributes: { Arn: arn } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, 'codebuild', 'DeleteReportGroup', {
        arn: request.previous?.physicalId,
        deleteReports: true,
      }),
    ),
};

interface ReportGroupInput {
  readonly exportConfig?: unknown;
  readonly tags?: unknown;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html */
const pipeline: ResourceType = {
  properties: [
    'ArtifactStore',
    'ArtifactStores',
    'DisableInboundStageTransitions',
    'ExecutionMode',
    'Name',
    'PipelineType',
    'RestartExecutionOnUpdate',
    'RoleArn',
    'Stages',
    'Tags',
    'Triggers',
    'Variables',
  ],
  withoutEffect: ({ Triggers }) =>
    Array.isArray(Triggers) && Triggers.length > 0
      ? 'pushes start nothing here; npx stepmill deliver does'
      : undefined,
  async apply(request) {
    const name = nameOf(request, 'Name', MAX_PIPELINE_NAME_LENGTH);
    const { properties } = request;
    const declaration = declarationOf(properties, name);
    const tags = inApiNames(properties['Tags']);
    await createOrUpdate(
      () => call(request, 'codepipeline', 'CreatePipeline', { pipeline: declaration, tags }),
      () => call(request, 'codepipeline', 'UpdatePipeline', { pipeline: declaration }),
      'PipelineNameInUseException',
    );
    await disableTransitions(request, name);
    const answer = await call<{ readonly pipeline: { readonly version: number } }>(
      request,
      'codepipeline',
      'GetPipeline',
      { name },
    );
    return { physicalId: name, attributes: { Version: String(answer.pipeline.version) } };
  },
  remove: (request) =>
    ignoreMissing(() =>
      call(request, 'codepipeline', 'DeletePipeline', { name: request.previous?.physicalId }),
    ),
};

/** The members of the API; `ArtifactStores` is a list in templates and a map in the API. */
function declarationOf(properties: Properties, name: string): object {
  const {
    ArtifactStores,
    DisableInboundStageTransitions: _transitions,
    RestartExecutionOnUpdate: _restart,
    Tags: _tags,
    ...rest
  } = properties;
  const stores = (ArtifactStores ?? []) as readonly Properties[];
  const artifactStores = Object.fromEntries(
    stores.map(({ ArtifactStore, Region }) => [String(Region), inApiNames(ArtifactStore)]),
  );
  const named = inApiNames(rest) as Readonly<Record<string, unknown>>;
  return {
    ...named,
    name,
    ...(stores.length > 0 && { artifactStores }),
  };
}

async function disableTransitions(request: ResourceRequest, pipelineName: string): Promise<void> {
  const list = (request.properties['DisableInboundStageTransitions'] ??
    []) as readonly Properties[];
  for (const { Reason, StageName } of list) {
    await call(request, 'codepipeline', 'DisableStageTransition', {
      pipelineName,
      stageName: StageName,
      transitionType: 'Inbound',
      reason: Reason,
    });
  }
}

/** A connection is a name here: it connects to no Git server. */
const connection: ResourceType = {
  properties: ['ConnectionName', 'HostArn', 'ProviderType', 'Tags'],
  withoutEffect: () => 'it connects to no Git server; npx stepmill deliver brings the commits',
  async apply(request) {
    const { cloud } = request;
    const id = physicalName(request, MAX_PIPELINE_NAME_LENGTH).slice(-12);
    const service = request.type.split('::')[1]?.toLowerCase() ?? '';
    const namespace = service === 'codeconnections' ? 'codeconnections' : 'codestar-connections';
    const ConnectionArn = cloud.arn(namespace, `connection/${id}`);
    return {
      physicalId: ConnectionArn,
      attributes: { ConnectionArn, ConnectionStatus: 'AVAILABLE' },
    };
  },
  remove: async () => {},
};

/** Maps whose keys the user or the service chooses, which keep their letters. */
const FREE_NAMES: ReadonlySet<string> = new Set(['Configuration']);
const NUMBERS: ReadonlySet<string> = new Set([
  'ConcurrentBuildLimit',
  'GitCloneDepth',
  'QueuedTimeoutInMinutes',
  'RunOrder',
  'TimeoutInMinutes',
]);
const BOOLEANS: ReadonlySet<string> = new Set([
  'BadgeEnabled',
  'EncryptionDisabled',
  'FetchSubmodules',
  'InsecureSsl',
  'OverrideArtifactName',
  'PrivilegedMode',
  'ReportBuildStatus',
]);
/** The names of templates that differ from the API's by more than their first letter. */
const OTHER_NAMES: Readonly<Record<string, string>> = { S3Logs: 's3Logs', FilePaths: 'filePaths' };

/** CloudFormation writes the members of the API with a capital letter, and reads numbers and booleans as text too. */
function inApiNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => inApiNames(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      OTHER_NAMES[name] ?? name.slice(0, 1).toLowerCase() + name.slice(1),
      readMember(name, member),
    ]),
  );
}

function readMember(name: string, member: unknown): unknown {
  if (FREE_NAMES.has(name)) return textMap(member);
  if (NUMBERS.has(name)) return Number(member);
  if (BOOLEANS.has(name)) return String(member) === 'true';
  // A list of names in templates is a list of objects in some places of the API.
  return name === 'Commands' || name === 'OutputVariables' ? member : inApiNames(member);
}

/** Every value of a configuration is text in the API. */
function textMap(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([key, member]: [string, unknown]) => [
      key,
      typeof member === 'string' ? member : JSON.stringify(member),
    ]),
  );
}

export const deliveryResourceTypes = {
  'AWS::CodeBuild::Project': project,
  'AWS::CodeBuild::ReportGroup': reportGroup,
  'AWS::CodeConnections::Connection': connection,
  'AWS::CodePipeline::Pipeline': pipeline,
  'AWS::CodeStarConnections::Connection': connection,
};
