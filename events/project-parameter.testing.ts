import type { ProjectParameter } from './project-parameter.ts';

/** What a deployed project says of itself, for tests that do not look at the names. */
export const deployedProject: ProjectParameter = {
  project: 'abalone',
  environment: 'dev',
  bucket: 'bucket',
  incomingPrefix: 'incoming/abalone/',
  claimsTable: 'claims',
  trainingStateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:abalone-training',
  promotionStateMachineArn: 'arn:aws:states:us-east-1:1:stateMachine:abalone-promotion',
  modelPackageGroupName: 'Abalone',
  endpointName: 'abalone',
  topicArn: 'arn:topic',
};
