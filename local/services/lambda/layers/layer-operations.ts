import type {
  DeleteLayerVersionRequest,
  GetLayerVersionByArnRequest,
  GetLayerVersionRequest,
  GetLayerVersionResponse,
  Lambda,
  LayerVersionContentOutput,
  LayerVersionsListItem,
  ListLayersRequest,
  ListLayersResponse,
  ListLayerVersionsRequest,
  ListLayerVersionsResponse,
  PublishLayerVersionRequest,
} from '@aws-sdk/client-lambda';
import type { Checked, OperationTable } from '../../../cloud/operation.ts';
import { pageByName } from '../../../cloud/pages.ts';
import type { Principal } from '../../../cloud/principal.ts';
import { ResourceNotFoundException } from '../errors.ts';
import { PAGE_SIZE } from '../limits.ts';
import type { LambdaState } from '../state.ts';
import type { LayerVersionRecord } from '../store.ts';
import {
  checkVersionNumber,
  findLayerVersion,
  layerArn,
  layerKey,
  layerNameOf,
  layerVersionArn,
  parseLayerVersionArn,
} from './layer-arn.ts';

interface NamedVersion {
  readonly LayerName: string | undefined;
  readonly VersionNumber: number | undefined;
}

interface Compatibility {
  readonly CompatibleRuntime?: string | undefined;
  readonly CompatibleArchitecture?: string | undefined;
}

/** Layers, whose versions never change. */
export const layerOperations: OperationTable<Lambda, LambdaState> = {
  PublishLayerVersion: {
    permissions: ({ LayerName }: PublishLayerVersionRequest, { cloud }) => ({
      action: 'lambda:PublishLayerVersion',
      resource: layerArn(cloud, layerNameOf(LayerName)),
    }),
    run: (input: Checked<PublishLayerVersionRequest>, state, call) =>
      publishLayerVersion(state, call.principal, input),
  },
  GetLayerVersion: {
    readOnly: true,
    permissions: (input: GetLayerVersionRequest, state) =>
      onLayerVersion(state, 'lambda:GetLayerVersion', input),
    run: (input: Checked<GetLayerVersionRequest>, state) =>
      getLayerVersion(state, layerNameOf(input.LayerName), input.VersionNumber),
  },
  GetLayerVersionByArn: {
    readOnly: true,
    permissions: ({ Arn }: GetLayerVersionByArnRequest) => ({
      action: 'lambda:GetLayerVersion',
      resource: Arn ?? '',
    }),
    run({ Arn = '' }: GetLayerVersionByArnRequest, state) {
      const { name, version } = parseLayerVersionArn(Arn);
      if (Arn !== layerVersionArn(state.cloud, name, version)) throw missing();
      return getLayerVersion(state, name, version);
    },
  },
  DeleteLayerVersion: {
    permissions: (input: DeleteLayerVersionRequest, state) =>
      onLayerVersion(state, 'lambda:DeleteLayerVersion', input),
    run({ LayerName, VersionNumber = 0 }: DeleteLayerVersionRequest, { store }): object {
      checkVersionNumber(VersionNumber);
      store.layerVersions.delete(layerKey(layerNameOf(LayerName), VersionNumber));
      return {};
    },
  },
  ListLayers: {
    readOnly: true,
    permissions: () => ({ action: 'lambda:ListLayers', resource: '*' }),
    run: (input: ListLayersRequest, state) => listLayers(state, input),
  },
  ListLayerVersions: {
    readOnly: true,
    permissions: () => ({ action: 'lambda:ListLayerVersions', resource: '*' }),
    run: (input: ListLayerVersionsRequest, state) => listLayerVersions(state, input),
  },
};

/** The permission for an action on a version of a layer. */
export function onLayerVersion(
  { cloud }: LambdaState,
  action: string,
  { LayerName, VersionNumber = 0 }: NamedVersion,
) {
  return { action, resource: layerVersionArn(cloud, layerNameOf(LayerName), VersionNumber) };
}

async function publishLayerVersion(
  state: LambdaState,
  principal: Principal,
  input: Checked<PublishLayerVersionRequest>,
): Promise<GetLayerVersionResponse> {
  const { cloud, code, store } = state;
  const name = layerNameOf(input.LayerName);
  const stored = await code.putLayer(principal, input.Content);
  const version = (store.layers.get(name)?.lastVersion ?? 0) + 1;
  store.layers.put(name, { name, lastVersion: version });
  store.layerVersions.put(layerKey(name, version), {
    name,
    version,
    description: input.Description ?? '',
    codeSha256: stored.sha256,
    codeSizeBytes: stored.sizeBytes,
    createdAt: cloud.clock.now(),
    runtimes: input.CompatibleRuntimes,
    architectures: input.CompatibleArchitectures,
    license: input.LicenseInfo,
    statements: [],
    policyRevisionId: cloud.random.uuid(),
  });
  return getLayerVersion(state, name, version);
}

function getLayerVersion(
  state: LambdaState,
  name: string,
  version: number,
): GetLayerVersionResponse {
  const record = findLayerVersion(state.store, name, version);
  if (record === undefined) throw missing();
  return {
    Content: contentOf(state, record),
    LayerArn: layerArn(state.cloud, name),
    ...listedVersionOf(state, record),
  };
}

function missing(): ResourceNotFoundException {
  return new ResourceNotFoundException('The resource you requested does not exist.');
}

/** The link is valid for ten minutes, as on AWS; there is none without a gateway. */
function contentOf(
  { cloud, code }: LambdaState,
  { codeSha256, codeSizeBytes }: LayerVersionRecord,
): LayerVersionContentOutput {
  const file = code.zipOf(codeSha256);
  const isOffered = file !== undefined && cloud.endpoint !== undefined;
  return {
    ...(isOffered && {
      Location: `${cloud.endpoint}${cloud.downloads.offer({ file, contentType: 'application/zip' })}`,
    }),
    CodeSha256: codeSha256,
    CodeSize: codeSizeBytes,
  };
}

function listedVersionOf(
  { cloud }: LambdaState,
  record: LayerVersionRecord,
): LayerVersionsListItem {
  return {
    LayerVersionArn: layerVersionArn(cloud, record.name, record.version),
    Version: record.version,
    Description: record.description,
    CreatedDate: new Date(record.createdAt).toISOString().replace('Z', '+0000'),
    ...(record.runtimes !== undefined && { CompatibleRuntimes: [...record.runtimes] }),
    ...(record.license !== undefined && { LicenseInfo: record.license }),
    ...(record.architectures !== undefined && {
      CompatibleArchitectures: [...record.architectures],
    }),
  };
}

function listLayers(state: LambdaState, input: ListLayersRequest): ListLayersResponse {
  const latest = new Map<string, LayerVersionRecord>();
  for (const [, record] of state.store.layerVersions.entries()) {
    if (isCompatible(record, input)) latest.set(record.name, record);
  }
  const request = { limit: input.MaxItems ?? PAGE_SIZE, token: input.Marker };
  const { items, next } = pageByName([...latest.values()], ({ name }) => name, request);
  return {
    Layers: items.map((record) => ({
      LayerName: record.name,
      LayerArn: layerArn(state.cloud, record.name),
      LatestMatchingVersion: listedVersionOf(state, record),
    })),
    ...(next !== undefined && { NextMarker: next }),
  };
}

/** AWS lists the last version first. */
function listLayerVersions(
  state: LambdaState,
  input: ListLayerVersionsRequest,
): ListLayerVersionsResponse {
  const prefix = `${layerNameOf(input.LayerName)}|`;
  const versions = [...state.store.layerVersions.entries({ prefix })]
    .filter(([, record]) => isCompatible(record, input))
    .toReversed();
  const limit = input.MaxItems ?? PAGE_SIZE;
  const request = { limit, token: input.Marker, isDescending: true };
  const { items, next } = pageByName(versions, ([key]) => key, request);
  return {
    LayerVersions: items.map(([, record]) => listedVersionOf(state, record)),
    ...(next !== undefined && { NextMarker: next }),
  };
}

function isCompatible(
  { runtimes = [], architectures = [] }: LayerVersionRecord,
  { CompatibleRuntime, CompatibleArchitecture }: Compatibility,
): boolean {
  return has(runtimes, CompatibleRuntime) && has(architectures, CompatibleArchitecture);
}

function has(values: readonly string[], value: string | undefined): boolean {
  return value === undefined || values.includes(value);
}
