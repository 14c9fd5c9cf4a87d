import {
  CreateEndpointConfigCommand,
  DescribeEndpointConfigCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import type { Stage } from './stage.ts';
import { prove, proveEnd, proveLive, proveUndisturbed, type Story } from './story.ts';

const REQUESTS_PER_SECOND = 50;

/** (5) */
export const threeApprovals: Story = {
  name: 'three-approvals',
  title: 'Of three models approved within one second, only the newest goes live, once.',
  async play(stage) {
    const { promotions } = stage;
    const packages: string[] = [];
    for (const name of ['first', 'second', 'third'])
      packages.push(await stage.register(name, 'good'));
    stage.tell('Three models are approved at once.');

    const startedAt = performance.now();
    const begun = await Promise.all(packages.map((arn) => promotions.begin(arn, 'Approved')));
    const elapsedMs = performance.now() - startedAt;
    const [newest = ''] = begun.slice(-1);
    await stage.follow(newest);
    const ended = await Promise.all(begun.map((arn) => promotions.end(arn)));

    const updates = ended.filter(({ path }) => path.includes('Update endpoint'));
    const ends = ended.map(({ path }) => path.at(-1) ?? '').sort((a, b) => a.localeCompare(b));
    return {
      promotions: ended,
      proofs: [
        prove(`The approvals came within ${(elapsedMs / 1_000).toFixed(1)} s.`, elapsedMs < 1_000),
        prove(
          `The three promotions ended in: ${ends.join(', ')}.`,
          ends.join() === 'Already live,Already live,Live',
        ),
        prove(`The endpoint was updated ${updates.length} time(s).`, updates.length === 1),
        proveLive(await promotions.livePackage(), packages.at(-1) ?? ''),
      ],
    };
  },
};

/** (6) */
export const approvalDuringUpdate: Story = {
  name: 'approval-during-update',
  title:
    'A model that is approved during an update waits for its end, also if an operator started the update.',
  async play(stage) {
    const { promotions } = stage;
    const first = await stage.register('early', 'good');
    const second = await stage.register('late', 'good', first);
    const third = await stage.register('later', 'good', second);
    const load = stage.load(REQUESTS_PER_SECOND);

    stage.tell('A model is approved. While it bakes, the next one is approved.');
    const running = await promotions.begin(first, 'Approved');
    await promotions.baking();
    const waiting = await promotions.begin(second, 'Approved');
    const early = await stage.follow(running);
    const late = await stage.follow(waiting);
    const afterPromotions = await promotions.livePackage();

    stage.tell(
      'An operator updates the endpoint by hand. While that update bakes, another model is approved.',
    );
    const byHand = await updateByHand(stage);
    await promotions.baking();
    const last = await stage.follow(await promotions.begin(third, 'Approved'));
    const seen = await load.stop();

    return {
      promotions: [early, late, last],
      load: seen,
      proofs: [
        proveEnd(early, 'Live'),
        proveEnd(late, 'Live'),
        prove('The second waited for the lock.', late.path.includes('Wait for claim on endpoint')),
        proveLive(afterPromotions, second),
        prove(
          `The third waited until ${byHand} was live.`,
          last.path.includes('Wait for endpoint update'),
        ),
        proveEnd(last, 'Live'),
        proveUndisturbed(seen),
        proveLive(await promotions.livePackage(), third),
      ],
    };
  },
};

/** Deploys the live model again, under a config that no promotion made, as an operator with the AWS CLI would. */
async function updateByHand({ connection, project, promotions }: Stage): Promise<string> {
  const { EndpointConfigName } = await promotions.endpoint();
  const live = await connection.sagemaker.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName }),
  );
  const name = 'made-by-hand';
  await connection.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: live.ProductionVariants,
    }),
  );
  await connection.sagemaker.send(
    new UpdateEndpointCommand({
      EndpointName: project.endpointName,
      EndpointConfigName: name,
      DeploymentConfig: {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: { Type: 'ALL_AT_ONCE', WaitIntervalInSeconds: 0 },
          TerminationWaitInSeconds: 240,
        },
      },
    }),
  );
  return name;
}
