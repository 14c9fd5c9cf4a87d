import {
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
  type DescribeEndpointConfigOutput,
  DescribeModelCommand,
  DescribeModelPackageCommand,
  type ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import type { ProjectParameter } from '../events/index.ts';
import type { Clients } from './clients.ts';
import { describeEndpoint } from './live-endpoint.ts';

/** One side of a trial. */
export interface TrialVariant {
  readonly name: string;
  readonly packageArn: string;
  /** Undefined where the model is of no package. */
  readonly version: number | undefined;
  /** Of the requests; of a shadow: that it gets a copy of. */
  readonly percent: number;
}

/** A model beside the live one. */
export interface Trial {
  readonly type: 'ab' | 'shadow';
  readonly endpointName: string;
  /** The endpoint config, which is the trial's name. */
  readonly config: string;
  readonly champion: TrialVariant;
  readonly challenger: TrialVariant;
  readonly startedAt: Date;
  /** Undefined where the package does not say it. */
  readonly endsAt: Date | undefined;
  /** Until its time is up, as its clock last knew. */
  readonly leftMs: number | undefined;
  /** What happens in the end, in a sentence. */
  readonly terms: string;
  /** Below it lie the captured requests; undefined where nothing is captured. */
  readonly captureUri: string | undefined;
}

/** Whether an endpoint has a model beside the live one; while a model is rolled out, that is in a fleet of its own. */
export function isOnTrial({
  ProductionVariants = [],
  ShadowProductionVariants = [],
}: DescribeEndpointCommandOutput): boolean {
  return ProductionVariants.length + ShadowProductionVariants.length > 1;
}

/** The trial on the project's endpoint; undefined while there is none. */
export async function findTrial(
  connection: Clients,
  project: ProjectParameter,
): Promise<Trial | undefined> {
  // Only an endpoint has trials.
  if (project.serving !== undefined) return undefined;
  const endpoint = await describeEndpoint(connection, project);
  const config = endpoint?.EndpointConfigName;
  if (endpoint === undefined || config === undefined) return undefined;
  const [shown, other] = endpoint.ProductionVariants ?? [];
  const [shadow] = endpoint.ShadowProductionVariants ?? [];
  const beside = shadow ?? other;
  if (shown === undefined || beside === undefined) return undefined;

  const described = await connection.sagemaker.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName: config }),
  );
  const isShadow = shadow !== undefined;
  const total = (shown.CurrentWeight ?? 0) + (isShadow ? 0 : (beside.CurrentWeight ?? 0));
  const champion = await variantOf(connection, described, shown, total);
  const challenger = await variantOf(connection, described, beside, total);
  const noted = await notesOf(connection, challenger.packageArn);
  const endsAt = dateOf(noted['trialEndsAt']);
  return {
    type: isShadow ? 'shadow' : 'ab',
    endpointName: project.endpointName,
    config,
    champion: isShadow ? { ...champion, percent: 100 } : champion,
    challenger,
    startedAt: described.CreationTime ?? new Date(0),
    endsAt,
    leftMs: await timeLeft(connection, project, config, endsAt),
    terms: noted['promotionReason'] ?? '',
    captureUri: described.DataCaptureConfig?.DestinationS3Uri,
  };
}

async function variantOf(
  connection: Clients,
  config: DescribeEndpointConfigOutput,
  { VariantName: name = '', CurrentWeight: weight = 0 }: ProductionVariantSummary,
  total: number,
): Promise<TrialVariant> {
  const variants = [
    ...(config.ProductionVariants ?? []),
    ...(config.ShadowProductionVariants ?? []),
  ];
  const model = variants.find(({ VariantName }) => VariantName === name)?.ModelName;
  const packageArn = await packageOf(connection, model);
  const percent = total === 0 ? 0 : Math.round((100 * weight) / total);
  return { name, packageArn, version: versionOf(packageArn), percent };
}

/** What the promotion noted in a model package. */
async function notesOf(
  { sagemaker }: Clients,
  packageArn: string,
): Promise<Readonly<Record<string, string>>> {
  if (packageArn === '') return {};
  const { CustomerMetadataProperties: notes = {} } = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName: packageArn }),
  );
  return notes;
}

async function packageOf({ sagemaker }: Clients, ModelName?: string): Promise<string> {
  if (ModelName === undefined) return '';
  const model = await sagemaker.send(new DescribeModelCommand({ ModelName }));
  const [container = model.PrimaryContainer] = model.Containers ?? [];
  return container?.ModelPackageName ?? '';
}

function versionOf(packageArn: string): number | undefined {
  const version = Number(packageArn.split('/').at(-1));
  return Number.isInteger(version) && version > 0 ? version : undefined;
}

function dateOf(text = ''): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The trial's clock looks every minute or so; its time is AWS's, or the runtime's where that runs faster. */
async function timeLeft(
  { states }: Clients,
  { trialStateMachineArn }: ProjectParameter,
  trial: string,
  endsAt: Date | undefined,
): Promise<number | undefined> {
  if (trialStateMachineArn === undefined || endsAt === undefined) return undefined;
  const executionArn = `${trialStateMachineArn.replace(':stateMachine:', ':execution:')}:${trial}`;
  try {
    const { events: [last] = [] } = await states.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
    );
    return last?.timestamp === undefined ? undefined : endsAt.getTime() - last.timestamp.getTime();
  } catch (error) {
    // Between the change of the endpoint and the start of the clock.
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
    throw error;
  }
}
