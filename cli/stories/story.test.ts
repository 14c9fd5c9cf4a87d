import { describe, expect, it } from 'vitest';
import type { Promotion } from './promotions.ts';
import type { LoadReport } from './steady-load.ts';
import { proveEnd, proveLive, proveUndisturbed } from './story.ts';

const promotion: Promotion = {
  executionArn: 'arn:aws:states:us-east-1:000000000000:execution:abalone-promotion:run',
  status: 'FAILED',
  error: 'Rolled back',
  cause: 'abalone-rollback-errors is in ALARM',
  path: ['Begin', 'Rolled back'],
};
const load: LoadReport = {
  requests: 100,
  failures: 0,
  slow: 0,
  wrong: 0,
  requestsPerSecond: 50,
  messages: [],
};

describe('a proof', () => {
  it('of an end holds if the promotion ended so; otherwise it says where and why', () => {
    expect(proveEnd(promotion, 'Rolled back').holds).toBe(true);
    expect(proveEnd(promotion, 'Live')).toEqual({
      holds: false,
      statement:
        'The promotion run should end in Live; it ended in Rolled back: abalone-rollback-errors is in ALARM',
    });
  });

  it('of undisturbed clients needs requests, none of which failed or had a wrong answer', () => {
    expect(proveUndisturbed(load).holds).toBe(true);
    expect(proveUndisturbed({ ...load, requests: 0 }).holds).toBe(false);
    expect(proveUndisturbed({ ...load, wrong: 1 }).holds).toBe(false);
    expect(proveUndisturbed({ ...load, failures: 1, messages: ['refused'] })).toEqual({
      holds: false,
      statement: 'Of 100 requests 1 failed and 0 were answered wrongly. refused',
    });
  });

  it('of the live model names the model that is found instead', () => {
    expect(proveLive('p/1', 'p/1').holds).toBe(true);
    expect(proveLive('', 'p/1')).toEqual({
      holds: false,
      statement: 'p/1 should serve; no package does.',
    });
  });
});
