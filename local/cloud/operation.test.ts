import { expect, it } from 'vitest';
import { serviceFactories } from '../services/index.ts';
import { createTestCloud } from '../testing/cloud.testing.ts';
import type { ServiceName } from './service-name.ts';

const READING =
  /^(?:Admin|Batch|Transact)?(?:Check|Describe|Filter|Get|Head|List|Query|Scan|Test|Validate)/;
/** GetActivityTask starts a task. */
const EXCEPTIONS: ReadonlySet<string> = new Set(['GetActivityTask']);

/** The names of services come from the services themselves, so that a new one is checked, too. */
function operationsOf(cloud: ReturnType<typeof createTestCloud>) {
  return serviceFactories.flatMap((create) => {
    const name: ServiceName = create(cloud).name;
    return Object.entries(cloud.service(name)?.operations ?? {}).map(
      ([operation, { readOnly }]) => ({
        operation: `${name}:${operation}`,
        isReading: READING.test(operation) && !EXCEPTIONS.has(operation),
        readOnly,
      }),
    );
  });
}

it('marks exactly the operations that change nothing as read-only', () => {
  const cloud = createTestCloud(serviceFactories);

  const operations = operationsOf(cloud);

  const wrong = operations.filter(({ isReading, readOnly }) => isReading !== readOnly);
  expect(operations.length).toBeGreaterThan(200);
  expect(wrong.map(({ operation }) => operation)).toEqual([]);
});
