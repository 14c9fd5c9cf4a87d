import { prove, proveEnd, proveLive, proveUndisturbed, type Story } from './story.ts';

const REQUESTS_PER_SECOND = 60;
/** With fewer requests, a story is not evidence. */
const LEAST_REQUESTS_PER_SECOND = 50;

/** (1) */
export const goodModel: Story = {
  name: 'good-model',
  title: 'A good model goes live by canary, and no client notices.',
  async play(stage) {
    const better = await stage.register('better', 'good');
    stage.tell(
      `Clients send ${REQUESTS_PER_SECOND} requests a second. A better model is approved.`,
    );
    const load = stage.load(REQUESTS_PER_SECOND);

    const promotion = await stage.follow(await stage.promotions.begin(better, 'Approved'));
    const seen = await load.stop();

    const rate = Math.round(seen.requestsPerSecond);
    return {
      promotions: [promotion],
      load: seen,
      proofs: [
        proveEnd(promotion, 'Live'),
        proveUndisturbed(seen),
        prove(
          `There were ${rate} requests a second from the approval to the end (at least ${LEAST_REQUESTS_PER_SECOND}).`,
          seen.requestsPerSecond >= LEAST_REQUESTS_PER_SECOND,
        ),
        prove('Old and new model shared the traffic for a while.', promotion.split !== undefined),
        proveLive(await stage.promotions.livePackage(), better),
      ],
    };
  },
};
