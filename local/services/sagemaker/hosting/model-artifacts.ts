import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { assumeRole, type RolePrincipal } from '../../../cloud/principal.ts';
import { ServiceError } from '../../../cloud/service-error.ts';
import { ModelArchiveError, unpackModelArchive } from '../../../jobs/serving/index.ts';
import { parseS3Url } from '../s3-url.ts';
import { sageMakerInference } from '../source-arn.ts';
import type { SageMakerState } from '../state.ts';
import { FleetFailure } from './failures.ts';
import type { ContainerSpec, VariantSpec } from './records.ts';

/** The folder of a container with its model. */
export interface PreparedContainer {
  readonly spec: ContainerSpec;
  /** The folder that the container sees as `/opt/ml`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Marks a complete folder, so that a restarted runtime does not download it again. */
const COMPLETE = '.complete';

/**
 * Downloads and unpacks the models of a variant's containers, with the model's execution role.
 *
 * @throws FleetFailure
 */
export async function prepareContainers(
  sagemaker: SageMakerState,
  variant: VariantSpec,
  folder: string,
): Promise<readonly PreparedContainer[]> {
  const prepared = variant.containers.map((spec, index): PreparedContainer => {
    const environment = environmentOf(sagemaker, variant, index);
    return { spec, folder: join(folder, spec.hostname), environment };
  });
  for (const [index, container] of prepared.entries()) {
    await prepare(sagemaker, variant, container, `container_${index + 1}`);
  }
  return prepared;
}

async function prepare(
  sagemaker: SageMakerState,
  variant: VariantSpec,
  container: PreparedContainer,
  label: string,
): Promise<void> {
  if (existsSync(join(container.folder, COMPLETE))) return;
  await rm(container.folder, { recursive: true, force: true });
  await mkdir(join(container.folder, 'model'), { recursive: true });
  const role = await takeRole(sagemaker, variant);
  const { modelDataUrl, environment } = container.spec;
  if (modelDataUrl !== undefined) {
    await fetchArchive(sagemaker, role, {
      label,
      url: modelDataUrl,
      folder: join(container.folder, 'model'),
    });
  }
  const code = environment['SAGEMAKER_SUBMIT_DIRECTORY'];
  if (code?.startsWith('s3://') === true) {
    await fetchArchive(sagemaker, role, {
      label,
      url: code,
      folder: join(container.folder, 'code'),
    });
  }
  await writeFile(join(container.folder, COMPLETE), '');
}

interface Archive {
  /** The name of the container in AWS's failure reasons. */
  readonly label: string;
  readonly url: string;
  readonly folder: string;
}

async function fetchArchive(
  sagemaker: SageMakerState,
  role: RolePrincipal,
  archive: Archive,
): Promise<void> {
  const { Body } = await download(sagemaker, role, archive);
  try {
    await unpackModelArchive(streamOf(Body), archive.folder);
  } catch (error) {
    if (!(error instanceof ModelArchiveError)) throw error;
    throw new FleetFailure(
      `Failed to extract model data archive for container "${archive.label}" from URL "${archive.url}". Please ensure that the object located at the URL is a valid tar.gz archive. (${error.message})`,
      { cause: error },
    );
  }
}

async function download(
  sagemaker: SageMakerState,
  role: RolePrincipal,
  archive: Archive,
): Promise<GetObjectCommandOutput> {
  try {
    const place = parseS3Url(archive.url);
    if (place === undefined) throw new ServiceError('NoSuchKey', `${archive.url} is not in S3`);
    return await sagemaker.cloud.call<GetObjectCommandOutput>(role, 's3', 'GetObject', place);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new FleetFailure(
      `Failed to download model data for container "${archive.label}" from URL: "${archive.url}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object. (${error.code}: ${error.message})`,
      { cause: error },
    );
  }
}

async function takeRole(sagemaker: SageMakerState, variant: VariantSpec): Promise<RolePrincipal> {
  try {
    return await assumeRole(
      sagemaker.cloud,
      sageMakerInference(sagemaker.cloud),
      variant.roleArn,
      'SageMaker',
    );
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new FleetFailure(
      `Could not assume role ${variant.roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
      { cause: error },
    );
  }
}

const FIRST_PORT = 8_080;

/**
 * The variables that AWS adds to the environment of a container. Its ports are in its own network; here it
 * listens on a socket.
 */
function environmentOf(
  sagemaker: SageMakerState,
  variant: VariantSpec,
  index: number,
): Record<string, string> {
  const given = variant.containers[index]?.environment ?? {};
  const code = given['SAGEMAKER_SUBMIT_DIRECTORY'];
  return {
    SAGEMAKER_REGION: sagemaker.cloud.region,
    AWS_REGION: sagemaker.cloud.region,
    AWS_DEFAULT_REGION: sagemaker.cloud.region,
    ...(variant.containers.length === 1
      ? {}
      : {
          SAGEMAKER_BIND_TO_PORT: String(FIRST_PORT + index),
          SAGEMAKER_SAFE_PORT_RANGE: '20000-29999',
        }),
    ...given,
    ...(code?.startsWith('s3://') === true ? { SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/code' } : {}),
  };
}

/** The body of an object: a stream of the SDK, another stream, or bytes. */
function streamOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  if (body instanceof Uint8Array || typeof body === 'string') return Readable.from([body]);
  return Readable.from([]);
}
