import type { TaskResource } from '../machine.ts';

/** Parses a `Resource` into the kind of task that AWS's history events show. */
export function parseResource(arn: string): TaskResource {
  const [, , service = '', , , ...rest] = arn.split(':');
  if (service === 'lambda') return { arn, family: 'lambdaFunction', ...plain };
  if (service === 'states' && rest[0] === 'activity') return { arn, family: 'activity', ...plain };
  const sdk = rest[0] === 'aws-sdk';
  const resourceType = sdk ? rest.slice(0, 2).join(':') : (rest[0] ?? '');
  const resourceName = rest.slice(sdk ? 2 : 1).join(':');
  return { arn, family: 'task', resourceType, resourceName, pattern: patternOf(resourceName) };
}

const plain = { resourceType: '', resourceName: '', pattern: 'REQUEST_RESPONSE' } as const;

function patternOf(resourceName: string): TaskResource['pattern'] {
  if (resourceName.endsWith('.waitForTaskToken')) return 'WAIT_FOR_TASK_TOKEN';
  return /\.sync(?::2)?$/.test(resourceName) ? 'RUN_JOB' : 'REQUEST_RESPONSE';
}
