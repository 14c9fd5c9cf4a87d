import { DeleteEndpointConfigCommand } from '@aws-sdk/client-sagemaker';
import { prove, proveEnd, proveLive, proveUndisturbed, type Story } from './story.ts';

const REQUESTS_PER_SECOND = 50;

/** (7) */
export const killedRuntime: Story = {
  name: 'killed-runtime',
  title: 'A promotion reaches the right end although the runtime is killed while the model bakes.',
  async play(stage) {
    const { promotions } = stage;
    const next = await stage.register('survivor', 'good');
    stage.tell('A model is approved. While it bakes, the runtime is killed (kill -9).');
    const execution = await promotions.begin(next, 'Approved');
    await promotions.baking();
    await stage.crash();
    const promotion = await stage.follow(execution);

    const { EndpointStatus } = await promotions.endpoint();
    return {
      promotions: [promotion],
      proofs: [
        proveEnd(promotion, 'Live'),
        prove('The endpoint was updated once.', count(promotion.path, 'Update endpoint') === 1),
        prove(`The endpoint is ${EndpointStatus}.`, EndpointStatus === 'InService'),
        proveLive(await promotions.livePackage(), next),
      ],
    };
  },
};

/** (9) */
export const deadOwner: Story = {
  name: 'dead-owner',
  title: 'The lock of a promotion that died is taken over.',
  async play(stage) {
    const { promotions } = stage;
    const unlucky = await stage.register('unlucky', 'good');
    const next = await stage.register('patient', 'good');
    stage.tell('A promotion is stopped while it holds the lock. Then a newer model is approved.');
    const doomed = await promotions.begin(unlucky, 'Approved');
    await promotions.until('the lock of the promotion that will be stopped', async () => {
      const path = await promotions.path(doomed);
      return path.includes('Gather approvals') ? true : undefined;
    });
    await promotions.kill(doomed);

    const promotion = await stage.follow(await promotions.begin(next, 'Approved'));

    const dead = await promotions.end(doomed);
    return {
      promotions: [dead, promotion],
      proofs: [
        prove(`The first promotion is ${dead.status}.`, dead.status === 'ABORTED'),
        prove(
          'The second took over its lock.',
          promotion.path.includes('Take over claim on endpoint'),
        ),
        proveEnd(promotion, 'Live'),
        proveLive(await promotions.livePackage(), next),
      ],
    };
  },
};

/** (10) */
export const deletedConfig: Story = {
  name: 'deleted-config',
  title: 'Endpoint configs that are deleted during a rollout do not stop it or the next one.',
  async play(stage) {
    const { promotions, connection } = stage;
    const first = await stage.register('steady', 'good');
    const next = await stage.register('steadier', 'good', first);
    const load = stage.load(REQUESTS_PER_SECOND);
    stage.tell(
      'A model is approved. While it bakes, both endpoint configs are deleted: the old and the new one.',
    );
    const execution = await promotions.begin(first, 'Approved');
    const { EndpointConfigName: old, PendingDeploymentSummary: pending } =
      await promotions.baking();
    for (const EndpointConfigName of [old, pending?.EndpointConfigName]) {
      await connection.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName }));
    }
    const during = await stage.follow(execution);
    const { EndpointConfigName: live } = await promotions.endpoint();

    stage.tell('The live model is now unknown. The next model is approved.');
    const after = await stage.follow(await promotions.begin(next, 'Approved'));
    const seen = await load.stop();

    return {
      promotions: [during, after],
      load: seen,
      proofs: [
        proveEnd(during, 'Live'),
        prove(
          `The endpoint served ${live}, although its config was deleted.`,
          live === pending?.EndpointConfigName,
        ),
        proveEnd(after, 'Live'),
        proveUndisturbed(seen),
        proveLive(await promotions.livePackage(), next),
      ],
    };
  },
};

function count(path: readonly string[], state: string): number {
  return path.filter((entered) => entered === state).length;
}
