/** The states that promotions of the stories go through, in the parts they are made of. */
export const takeLock = ['Begin', 'Claim endpoint', 'Let approvals gather'];

export const takeOverLock = [
  'Begin',
  'Claim endpoint',
  'Read claim on endpoint',
  'Is claim on endpoint ours?',
  'Look up owner of endpoint',
  'Does owner keep claim on endpoint?',
  'Take over claim on endpoint',
  'Let approvals gather',
];

export const look = [
  'Look up endpoint',
  'What is it doing?',
  'Describe live config',
  'Describe live model',
  'List approved packages',
  'Is another page needed?',
  'What should be live?',
];

const check = [
  'Read candidate',
  'Is it complete?',
  'Fingerprint preprocessor',
  'Fingerprint model',
  'Is it what was evaluated?',
  'Was it compared with what is live?',
];

const rollOut = [
  'Does anything answer now?',
  'Record the live answers',
  'Check rollback alarms',
  'Rollback alarms quiet?',
  'Confirm claim on endpoint',
  'Create model',
  'Create endpoint config',
  'Is there an endpoint?',
  'Update endpoint',
];

const verify = [
  'Verify answers',
  'Are the answers right?',
  'List old configs',
  'Are there more configs?',
  'List old models',
  'Are there more models?',
  'Remove old releases',
  'Note success',
];

export const letGo = ['Release claim on endpoint', 'How did it end?'];

const tell = ['Record outcome', 'Is the approval void?', 'Tell people', ...letGo];

/** From the look at the endpoint to the new model serving. */
export const goLive = [...check, ...rollOut, ...verify, ...tell, 'Live'];

/** From the look at the endpoint to the old model serving again. */
export const giveBack = [
  ...check,
  ...rollOut,
  'Find alarms',
  'Was the model judged?',
  'Note the rollback',
  'Record outcome',
  'Is the approval void?',
  'Withdraw approval',
  'Tell people',
  ...letGo,
  'RolledBack',
];

/** How often a rollout is looked at depends on how long it takes; what is done at a look is one list. */
const waiting = [
  'Let it bake',
  'Watch rollout',
  'How is the rollout?',
  'Send test rows',
  // Of the clean-up, one for each release that is old enough.
  'Config or model?',
  'Remove config',
  'Remove model',
];

/**
 * The queue before the lock: how often it is asked for depends on how long others hold it, such as
 * the promotion that an approval's withdrawal starts, which changes nothing.
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

/** The owner gave its lock back and ended in the moment in which it was asked after. */
function isGone(next: string | undefined): boolean {
  return next === 'Claim endpoint';
}

/** A promotion that looked while somebody else changed the endpoint, and looked again. */
export function withoutWaitingForOthers(path: readonly string[]): readonly string[] {
  const again = ['Wait for the endpoint', 'Look up endpoint', 'What is it doing?'];
  const first = path.indexOf('Wait for the endpoint');
  const last = path.lastIndexOf('Wait for the endpoint');
  const looks = path.slice(first, last);
  if (!looks.every((state, index) => state === again[index % again.length])) return path;
  return withoutQueueing([...path.slice(0, first), ...path.slice(last)]);
}
