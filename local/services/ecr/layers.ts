import type {
  BatchCheckLayerAvailabilityRequest,
  BatchCheckLayerAvailabilityResponse,
  CompleteLayerUploadRequest,
  CompleteLayerUploadResponse,
  ECR,
  GetDownloadUrlForLayerRequest,
  GetDownloadUrlForLayerResponse,
  InitiateLayerUploadRequest,
  InitiateLayerUploadResponse,
  LayerFailure,
  UploadLayerPartRequest,
  UploadLayerPartResponse,
} from '@aws-sdk/client-ecr';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import {
  EmptyUploadException,
  InvalidLayerException,
  InvalidLayerPartException,
  LayerAlreadyExistsException,
  LayerInaccessibleException,
  UploadNotFoundException,
} from './errors.ts';
import { findRepository, placeOf } from './find.ts';
import { MAX_LAYER_PARTS, PART_BYTES } from './limits.ts';
import { type EcrState, onRepository } from './state.ts';
import type { RepositoryRecord, UploadRecord } from './store.ts';

/** Layers, which images consist of. */
export const layerOperations: OperationTable<ECR, EcrState> = {
  BatchCheckLayerAvailability: {
    readOnly: true,
    permissions: onRepository('BatchCheckLayerAvailability'),
    run: (input: Checked<BatchCheckLayerAvailabilityRequest>, state) => checkLayers(state, input),
  },
  InitiateLayerUpload: {
    permissions: onRepository('InitiateLayerUpload'),
    run: (input: InitiateLayerUploadRequest, state) => initiateUpload(state, input),
  },
  UploadLayerPart: {
    permissions: onRepository('UploadLayerPart'),
    run: (input: Checked<UploadLayerPartRequest>, state) => uploadPart(state, input),
  },
  CompleteLayerUpload: {
    permissions: onRepository('CompleteLayerUpload'),
    run: (input: CompleteLayerUploadRequest, state) => completeUpload(state, input),
  },
  GetDownloadUrlForLayer: {
    readOnly: true,
    permissions: onRepository('GetDownloadUrlForLayer'),
    run: (input: Checked<GetDownloadUrlForLayerRequest>, state) => downloadLayer(state, input),
  },
};

function checkLayers(
  state: EcrState,
  input: Checked<BatchCheckLayerAvailabilityRequest>,
): BatchCheckLayerAvailabilityResponse {
  const { name } = findRepository(state, input);
  const digests = input.layerDigests;
  const failures: LayerFailure[] = digests
    .filter((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest))
    .map((layerDigest) => ({
      layerDigest,
      failureCode: 'InvalidLayerDigest',
      failureReason: 'Invalid layer digest',
    }));
  const invalid = new Set(failures.map(({ layerDigest }) => layerDigest));
  const layers = digests
    .filter((digest) => !invalid.has(digest))
    .map((layerDigest) => {
      const layer = state.store.layer(name, layerDigest);
      return layer === undefined
        ? { layerDigest, layerAvailability: 'UNAVAILABLE' as const }
        : { layerDigest, layerAvailability: 'AVAILABLE' as const, layerSize: layer.sizeBytes };
    });
  return { layers, failures };
}

function initiateUpload(
  state: EcrState,
  input: InitiateLayerUploadRequest,
): InitiateLayerUploadResponse {
  const { name } = findRepository(state, input);
  const uploadId = state.cloud.random.uuid();
  state.store.putUpload({ repository: name, id: uploadId, receivedBytes: 0, parts: 0 });
  return { uploadId, partSize: PART_BYTES };
}

function uploadPart(
  state: EcrState,
  input: Checked<UploadLayerPartRequest>,
): UploadLayerPartResponse {
  const repository = findRepository(state, input);
  const upload = findUpload(state, repository, input.uploadId);
  const { layerPartBlob, partFirstByte, partLastByte } = input;
  const end = upload.receivedBytes + layerPartBlob.byteLength;
  const isNext = partFirstByte === upload.receivedBytes && partLastByte === end - 1;
  if (!isNext || layerPartBlob.byteLength === 0 || upload.parts >= MAX_LAYER_PARTS) {
    throw new InvalidLayerPartException(
      `Layer part with first byte ${partFirstByte} and last byte ${partLastByte} of ${layerPartBlob.byteLength} bytes is not the next one: ${upload.receivedBytes} bytes were received in ${upload.parts} of at most ${MAX_LAYER_PARTS} parts.`,
    );
  }
  state.layers.append(upload.id, upload.receivedBytes, layerPartBlob);
  state.store.putUpload({ ...upload, receivedBytes: end, parts: upload.parts + 1 });
  return { ...answerOf(state, upload), lastByteReceived: end - 1 };
}

async function completeUpload(
  state: EcrState,
  input: CompleteLayerUploadRequest,
): Promise<CompleteLayerUploadResponse> {
  const repository = findRepository(state, input);
  const upload = findUpload(state, repository, input.uploadId);
  if (upload.receivedBytes === 0) throw new EmptyUploadException(upload.id);
  const layerDigest = await state.layers.digestOf(upload.id);
  if (input.layerDigests?.includes(layerDigest) !== true) {
    throw new InvalidLayerException(
      `Layer digest '${input.layerDigests?.join(', ')}' does not match the digest '${layerDigest}' of the uploaded layer.`,
    );
  }
  state.store.deleteUpload(repository.name, upload.id);
  if (state.store.layer(repository.name, layerDigest) !== undefined) {
    state.layers.discard(upload.id);
    throw new LayerAlreadyExistsException(layerDigest, placeOf(state, repository));
  }
  state.layers.complete(upload.id, layerDigest);
  state.store.putLayer({
    repository: repository.name,
    digest: layerDigest,
    sizeBytes: upload.receivedBytes,
  });
  return { ...answerOf(state, upload), layerDigest };
}

function answerOf({ cloud }: EcrState, { id, repository }: UploadRecord) {
  return { registryId: cloud.accountId, repositoryName: repository, uploadId: id };
}

function findUpload(state: EcrState, repository: RepositoryRecord, uploadId = ''): UploadRecord {
  const upload = state.store.upload(repository.name, uploadId);
  if (upload === undefined) throw new UploadNotFoundException(uploadId, placeOf(state, repository));
  return upload;
}

function downloadLayer(
  state: EcrState,
  input: Checked<GetDownloadUrlForLayerRequest>,
): GetDownloadUrlForLayerResponse {
  const repository = findRepository(state, input);
  const { layerDigest } = input;
  const layer = state.store.layer(repository.name, layerDigest);
  const file = layer === undefined ? undefined : state.layers.find(layerDigest);
  if (file === undefined) {
    throw new LayerInaccessibleException(layerDigest, placeOf(state, repository));
  }
  const path = state.cloud.downloads.offer({ file, contentType: 'application/octet-stream' });
  return { downloadUrl: `${state.cloud.endpoint}${path}`, layerDigest };
}
