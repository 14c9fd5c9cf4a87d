import { randomUUID } from 'node:crypto';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { findRollback } from '../../operations/index.ts';
import type { Stage } from './stage.ts';
import { prove, proveEnd, proveLive, type Story } from './story.ts';

const REQUESTS_PER_SECOND = 10;
const ALARM = 'abalone-rollback-errors';

/** (11) */
export const erringLiveModel: Story = {
  name: 'erring-live-model',
  title:
    'A live model that answers with errors is replaced, and later rolled back, while its alarms are in ALARM.',
  async play(stage) {
    const { promotions, connection, project } = stage;
    const bad = await stage.register('went-bad', 'errors');
    const load = stage.load(REQUESTS_PER_SECOND);
    stage.tell(
      'A model that answers only with errors is made live by hand, and its alarm goes into ALARM.',
    );
    await makeLive(stage, bad);
    const known = await stage.follow(await promotions.begin(bad, 'Approved'));
    await alarmed(stage);

    stage.tell('A better model is approved.');
    const better = await stage.register('better-than-bad', 'good', bad);
    const approved = await stage.follow(await promotions.begin(better, 'Approved'));
    const first = await promotions.livePackage();
    const { status } = await stage.approvalOf(better);

    stage.tell('The bad model is made live again, and "stepmill rollback" rejects it.');
    await makeLive(stage, bad);
    await alarmed(stage);
    const rejected = await findRollback(connection, project);
    const back = await stage.follow(await promotions.begin(rejected, 'Rejected'));
    const seen = await load.stop();

    return {
      promotions: [known, approved, back],
      load: seen,
      proofs: [
        prove(`Clients saw ${seen.failures} requests fail.`, seen.failures > 0),
        proveEnd(approved, 'Live'),
        prove(`The outcome names ${ALARM}.`, approved.cause.includes(ALARM)),
        proveLive(first, better),
        prove(`Its package is ${status}.`, status === 'Approved'),
        prove(`The rejected model is the one that was live: ${rejected}.`, rejected === bad),
        proveEnd(back, 'Live'),
        proveLive(await promotions.livePackage(), better),
      ],
    };
  },
};

/** As an operator can, without a promotion and its guards. */
async function makeLive({ connection, promotions }: Stage, packageArn: string): Promise<void> {
  const { sagemaker } = connection;
  const name = `by-hand-${randomUUID().slice(0, 8)}`;
  const { EndpointName, EndpointConfigName } = await promotions.endpoint();
  const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
  const [variant] = config.ProductionVariants ?? [];
  const model = await sagemaker.send(new DescribeModelCommand({ ModelName: variant?.ModelName }));
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: model.ExecutionRoleArn,
      Containers: [{ ModelPackageName: packageArn }],
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [{ ...variant, VariantName: variant?.VariantName, ModelName: name }],
    }),
  );
  await sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName: name }));
  await promotions.until('the model that answers with errors to be live', async () => {
    const endpoint = await promotions.endpoint();
    const isLive = endpoint.EndpointStatus === 'InService' && endpoint.EndpointConfigName === name;
    return isLive ? true : undefined;
  });
}

async function alarmed({ connection, promotions }: Stage): Promise<void> {
  await promotions.until(`${ALARM} to be in ALARM`, async () => {
    const { MetricAlarms = [] } = await connection.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [ALARM] }),
    );
    return MetricAlarms[0]?.StateValue === 'ALARM' ? true : undefined;
  });
}
