import { expect, it } from 'vitest';
import { retrainingDecisionSchema } from './retraining.ts';

const decision = {
  version: 1,
  decision: 'd',
  outcome: 'Cooling down',
  reason: 'r',
  trigger: 'drift',
  decidedAt: '2026-11-30T10:00:00.000Z',
  execution: 'e',
  modelPackage: '',
};

it('takes no record of a decision whose time is none, which a list could not show', () => {
  expect(retrainingDecisionSchema.safeParse(decision).success).toBe(true);
  expect(retrainingDecisionSchema.safeParse({ ...decision, decidedAt: 'x' }).success).toBe(false);
});
