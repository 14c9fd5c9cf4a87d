/** The states that the promotions of the stories enter, by phase. */
export const takeLock = ['Begin', 'Claim endpoint', 'Gather approvals'];

export const takeOverLock = [
  'Begin',
  'Claim endpoint',
  'Read claim on endpoint',
  'Is claim on endpoint ours?',
  'Look up owner of endpoint',
  'Does owner keep claim on endpoint?',
  'Take over claim on endpoint',
  'Gather approvals',
];

export const look = [
  'Look up endpoint',
  'Endpoint status?',
  'Describe live config',
  'Describe live model',
  'List approved packages',
  'More approved packages?',
  'What should be live?',
];

const check = [
  'Read candidate',
  'Package complete?',
  'Fingerprint preprocessor',
  'Fingerprint model',
  'Archives as evaluated?',
  'Compared with live model?',
];

const rollOut = [
  'Endpoint exists?',
  'Record live answers',
  'Check rollback alarms',
  'Rollback alarms quiet?',
  'Confirm claim on endpoint',
  'Create model',
  'Create endpoint config',
  'Create or update endpoint?',
  'Update endpoint',
];

const verify = [
  'Verify answers',
  'Answers correct?',
  'List old configs',
  'More configs?',
  'List old models',
  'More models?',
  'Remove old releases',
  'Note success',
];

export const letGo = ['Release claim on endpoint', 'Outcome?'];

const tell = ['Record outcome', 'Withdraw approval?', 'Notify topic', ...letGo];

/** From the look at the endpoint to the new model serving. */
export const goLive = [...check, ...rollOut, ...verify, ...tell, 'Live'];

/** From the look at the endpoint to the old model serving again. */
export const giveBack = [
  ...check,
  ...rollOut,
  'Find alarms',
  'Model judged?',
  'Note rollback',
  'Record outcome',
  'Withdraw approval?',
  'Withdraw approval',
  'Notify topic',
  ...letGo,
  'Rolled back',
];

/** The states of one check of a rollout; their number depends on its duration. */
const waiting = [
  'Wait for rollout',
  'Watch rollout',
  'Rollout status?',
  'Send test rows',
  // In the clean-up, once for each release that is old enough.
  'Config or model?',
  'Remove config',
  'Remove model',
];

/**
 * The states of waiting for the lock. Their number depends on how long other promotions hold it, such as the
 * promotion that the withdrawal of an approval starts, which changes nothing.
 */
const queueing = [
  'Read claim on endpoint',
  'Is claim on endpoint ours?',
  'Look up owner of endpoint',
  'Does owner keep claim on endpoint?',
  'Wait for claim on endpoint',
];

export function withoutWaiting(path: readonly string[]): readonly string[] {
  return path.filter((state) => !waiting.includes(state));
}

export function withoutQueueing(path: readonly string[]): readonly string[] {
  return withoutWaiting(path)
    .filter((state) => !queueing.includes(state))
    .filter(
      (state, index, all) => !(state === 'Take over claim on endpoint' && isGone(all[index + 1])),
    )
    .filter((state, index, all) => state !== all[index - 1]);
}

/** Removes the repeated checks of a promotion that waited for alarms of an earlier story. */
export function withoutAlarmWaits(path: readonly string[]): readonly string[] {
  const again = ['Wait for rollback alarms', 'Check rollback alarms', 'Rollback alarms quiet?'];
  const isAgain = (index: number) => again.every((state, step) => path[index + step] === state);
  return path.filter((_, index) => ![0, 1, 2].some((step) => isAgain(index - step)));
}

/** The owner released its lock and ended while it was looked up. */
function isGone(next: string | undefined): boolean {
  return next === 'Claim endpoint';
}

/** Removes the repeated checks of a promotion that waited for another change of the endpoint. */
export function withoutWaitingForOthers(path: readonly string[]): readonly string[] {
  const again = ['Wait for endpoint update', 'Look up endpoint', 'Endpoint status?'];
  const first = path.indexOf('Wait for endpoint update');
  const last = path.lastIndexOf('Wait for endpoint update');
  const looks = path.slice(first, last);
  if (!looks.every((state, index) => state === again[index % again.length])) return path;
  return withoutQueueing([...path.slice(0, first), ...path.slice(last)]);
}
