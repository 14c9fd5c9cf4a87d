import { mkdirSync, writeFileSync } from 'node:fs';
import type { ContainerFolder } from '../../../jobs/index.ts';
import type { TrainingJobRecord } from './records.ts';

/** The content of `/opt/ml/input/config`. */
export interface TrainingConfig {
  readonly inputDataConfig: Readonly<Record<string, object>>;
  readonly resourceConfig: object;
}

export function describeTraining({ input }: TrainingJobRecord): TrainingConfig {
  const instanceType = input.ResourceConfig?.InstanceType;
  const channels = (input.InputDataConfig ?? []).map((channel) => [
    channel.ChannelName ?? '',
    {
      ...(channel.ContentType === undefined ? {} : { ContentType: channel.ContentType }),
      TrainingInputMode:
        channel.InputMode ?? input.AlgorithmSpecification?.TrainingInputMode ?? 'File',
      S3DistributionType:
        channel.DataSource?.S3DataSource?.S3DataDistributionType ?? 'FullyReplicated',
      RecordWrapperType: channel.RecordWrapperType ?? 'None',
    },
  ]);
  return {
    inputDataConfig: Object.fromEntries(channels),
    resourceConfig: {
      current_host: 'algo-1',
      current_instance_type: instanceType,
      current_group_name: 'homogeneousCluster',
      hosts: ['algo-1'],
      instance_groups: [
        {
          instance_group_name: 'homogeneousCluster',
          instance_type: instanceType,
          hosts: ['algo-1'],
        },
      ],
      network_interface_name: 'eth0',
    },
  };
}

/** Creates the folders of a training container and writes its configuration files. */
export function prepareTrainingFolder(
  job: TrainingJobRecord,
  config: TrainingConfig,
  folder: ContainerFolder,
): void {
  for (const path of [
    'input/config',
    'input/data',
    'model',
    'output/data',
    'code',
    'checkpoints',
  ]) {
    mkdirSync(folder.host(`/opt/ml/${path}`), { recursive: true });
  }
  const write = (name: string, content: object) =>
    writeFileSync(folder.host(`/opt/ml/input/config/${name}.json`), JSON.stringify(content));
  write('hyperparameters', job.input.HyperParameters ?? {});
  write('inputdataconfig', config.inputDataConfig);
  write('resourceconfig', config.resourceConfig);
  const checkpoints = job.input.CheckpointConfig;
  if (checkpoints !== undefined) write('checkpointconfig', checkpoints);
}
