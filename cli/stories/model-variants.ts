import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateModelPackageCommand,
  DescribeModelPackageCommand,
  type DescribeModelPackageOutput,
  type ModelPackageContainerDefinition,
} from '@aws-sdk/client-sagemaker';
import { create, extract } from 'tar';
import { makeTemporaryFolder } from '../../local/processes/index.ts';
import type { Connection } from '../connection/connection.ts';
import type { ProjectResources } from '../project/project-resources.ts';
import { UserError } from '../terminal/user-error.ts';

/** How a variant of a good model differs from it: lines at the end of its serving script. */
export const behaviours = {
  good: '',
  errors: `
def transform_fn(model, data, content_type, accept, context=None):
    raise RuntimeError("this model answers only with errors")
`,
  slow: `
import time
answer_well = transform_fn


def transform_fn(model, data, content_type, accept, context=None):
    time.sleep(1.5)
    return answer_well(model, data, content_type, accept, context)
`,
  nonsense: `
def transform_fn(model, data, content_type, accept, context=None):
    text = data if isinstance(data, str) else bytes(data).decode()
    return "1000000\\n" * len(text.split()), "text/csv"
`,
  broken: `
raise OSError("the weights are missing")
`,
} as const;

export type Behaviour = keyof typeof behaviours;

/** How a further version differs from the trained one. */
export interface Variant {
  readonly name: string;
  readonly behaves: Behaviour;
  /** The package with which it was compared, according to its metadata. */
  readonly champion: string;
  /** Of the model's container. @default the trained one's */
  readonly image?: string;
  /** Replaces the archive of the model. @default it stays whole */
  readonly spoil?: (archive: Uint8Array) => Uint8Array;
}

/** The script that serves the model, in both forms of packages. */
const SCRIPT = join('code', 'inference.py');

/**
 * Registers a further version of a trained model, as the training workflow would have: its own folder
 * with the test rows, the fingerprint of its archives, and what it was compared with.
 *
 * @returns the new package's ARN
 */
export async function registerVariant(
  connection: Connection,
  project: ProjectResources,
  trained: string,
  variant: Variant,
): Promise<string> {
  const original = await connection.sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: trained }),
  );
  const { folder, containers, metadata } = readOriginal(original);
  const newFolder = `runs/${project.project}/${variant.name}/`;
  const model = containers.at(-1);
  const modelKey = keyOf(model);
  const preprocessorKey = `${folder}prepared/preprocessor/model.tar.gz`;
  const archives = [...new Set([preprocessorKey, ...containers.map(keyOf)])];
  for (const key of [...archives, `${folder}evaluation/smoke.json`]) {
    const body = await read(connection, project.bucket, key);
    await connection.s3.send(
      new PutObjectCommand({
        Bucket: project.bucket,
        Key: key.replace(folder, newFolder),
        Body: key === modelKey ? await makeArchive(body, variant) : body,
      }),
    );
  }
  const { ModelPackageArn = '' } = await connection.sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: project.modelPackageGroupName,
      ModelPackageDescription: `${variant.name}: ${variant.behaves}`,
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        ...original.InferenceSpecification,
        Containers: containers.map((container) => ({
          ContainerHostname: container.ContainerHostname,
          Image: container === model ? (variant.image ?? container.Image) : container.Image,
          Environment: container.Environment,
          ModelDataUrl: container.ModelDataUrl?.replace(folder, newFolder),
        })),
        SupportedContentTypes: original.InferenceSpecification?.SupportedContentTypes,
        SupportedResponseMIMETypes: original.InferenceSpecification?.SupportedResponseMIMETypes,
      },
      CustomerMetadataProperties: {
        ...metadata,
        folder: newFolder,
        fingerprint: await fingerprint(connection, project.bucket, newFolder),
        champion: variant.champion,
      },
    }),
  );
  return ModelPackageArn;
}

function readOriginal({ InferenceSpecification, ...original }: DescribeModelPackageOutput): {
  readonly folder: string;
  readonly containers: readonly ModelPackageContainerDefinition[];
  readonly metadata: Readonly<Record<string, string>>;
} {
  const { CustomerMetadataProperties: metadata = {} } = original;
  const folder = metadata['folder'];
  if (folder === undefined || InferenceSpecification?.Containers === undefined) {
    throw new UserError(
      `${original.ModelPackageArn} was not registered by the training workflow, so no variant of it was registered.`,
    );
  }
  return { folder, containers: InferenceSpecification.Containers, metadata };
}

function keyOf(container: ModelPackageContainerDefinition | undefined): string {
  return new URL(container?.ModelDataUrl ?? 's3://none/').pathname.slice(1);
}

async function read({ s3 }: Connection, Bucket: string, Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

async function makeArchive(
  trained: Uint8Array,
  { name, behaves, spoil = (archive) => archive }: Variant,
): Promise<Uint8Array> {
  const folder = makeTemporaryFolder('model');
  try {
    const file = join(folder.path, 'old.tar.gz');
    const content = folder.folder('content');
    await writeFile(file, trained);
    await extract({ file, cwd: content });
    const script = join(content, SCRIPT);
    if (!existsSync(script)) throw new UserError('The trained model has no serving script.');
    await appendFile(script, `\n# ${name}\n${behaviours[behaves]}`);
    await create({ file, cwd: content, gzip: true, portable: true }, ['.']);
    return spoil(await readFile(file));
  } finally {
    await folder.remove();
  }
}

/** As in `workflows/tasks/fingerprint-archives.ts`: a hash of the names and entity tags of the archives. */
async function fingerprint({ s3 }: Connection, Bucket: string, Prefix: string): Promise<string> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const lines = Contents.filter(({ Key }) => Key?.endsWith('model.tar.gz') === true)
    .map(({ Key, ETag }) => `${Key} ${ETag}`)
    .sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
