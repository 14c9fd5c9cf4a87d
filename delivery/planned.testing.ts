import type { DeliveryPlan } from './plan.ts';
import { type DeliveryInput, planDelivery } from './plan-delivery.ts';

/** Three environments in three accounts, and the pipeline in a fourth. */
export const threeEnvironments: DeliveryInput = {
  environments: {
    prod: {
      account: '333333333333',
      region: 'eu-west-1',
      approval: true,
      window: {
        days: ['MON', 'TUE', 'WED', 'THU'],
        fromHour: 9,
        untilHour: 16,
        timeZone: 'Europe/Berlin',
      },
    },
    dev: { account: '111111111111', region: 'eu-west-1', promotesTo: 'staging', approval: false },
    staging: { account: '222222222222', region: 'eu-west-1', promotesTo: 'prod', approval: true },
  },
  pipeline: {
    account: '000011112222',
    region: 'eu-west-1',
    source: { branch: 'main' },
    install: 'npm ci',
    checks: ['npm run check', 'npm test'],
    reports: ['reports/*.xml'],
    references: { abalone: 'reference/abalone.csv' },
    refusedSeverities: ['CRITICAL', 'HIGH'],
    bakeMinutes: 15,
  },
  projects: [{ name: 'abalone', trainingIn: () => 'abalone-training' }],
  images: ['trainer-task'],
};

/** The plan of a delivery that differs in these settings of the pipeline. */
export function planned(pipeline: Partial<DeliveryInput['pipeline']> = {}): DeliveryPlan {
  return planDelivery({
    ...threeEnvironments,
    pipeline: { ...threeEnvironments.pipeline, ...pipeline },
  });
}
