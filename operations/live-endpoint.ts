import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
} from '@aws-sdk/client-sagemaker';
import type { ProjectParameter } from '../events/index.ts';
import type { Clients } from './clients.ts';

/** The project's endpoint; undefined while there is none. */
export async function describeEndpoint(
  { sagemaker }: Clients,
  { endpointName }: ProjectParameter,
): Promise<DescribeEndpointCommandOutput | undefined> {
  return unlessMissing(sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpointName })));
}

/** SageMaker has one error for everything it refuses; only the message tells what is missing. */
async function unlessMissing<Output>(answer: Promise<Output>): Promise<Output | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Could not find')) return undefined;
    throw error;
  }
}

/**
 * The model package that a variant of an endpoint serves; undefined where its config or model is of no package, or
 * was deleted under its feet.
 *
 * @param variant its name; by default the first one's, which serves the live model
 */
export async function findLivePackage(
  { sagemaker }: Clients,
  { EndpointConfigName }: DescribeEndpointCommandOutput,
  variant?: string,
): Promise<string | undefined> {
  const { ProductionVariants: variants = [] } =
    (await unlessMissing(
      sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName })),
    )) ?? {};
  const [first] = variants;
  const { ModelName } =
    (variant === undefined ? first : variants.find((each) => each.VariantName === variant)) ?? {};
  if (ModelName === undefined) return undefined;
  const model = await unlessMissing(sagemaker.send(new DescribeModelCommand({ ModelName })));
  return model?.Containers?.[0]?.ModelPackageName ?? model?.PrimaryContainer?.ModelPackageName;
}

/** The alarms that take a new model back. */
export async function listRollbackAlarms(
  { cloudwatch }: Clients,
  { endpointName }: ProjectParameter,
): Promise<readonly MetricAlarm[]> {
  const { MetricAlarms = [] } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `${endpointName}-rollback-` }),
  );
  return MetricAlarms;
}
