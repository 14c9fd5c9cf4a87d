import { expect, it } from 'vitest';
import { accountStore } from './account-store.ts';
import { MemoryStore } from './memory-store.ts';

const owners = [
  { accountId: '111111111111', region: 'us-east-1' },
  { accountId: '111111111111', region: 'eu-west-1' },
  { accountId: '222222222222', region: 'us-east-1' },
];

it('keeps the records of accounts and regions apart in one store', () => {
  const store = new MemoryStore();

  for (const owner of owners) {
    accountStore(store, owner).table<object>('sqs.queues').put('jobs', owner);
    accountStore(store, owner).log<object>('logs.events').append('stream', owner);
  }

  for (const owner of owners) {
    const own = accountStore(store, owner);
    expect([...own.table('sqs.queues').entries()]).toEqual([['jobs', owner]]);
    expect(own.log('logs.events').read('stream')).toEqual([owner]);
  }
  expect(store.table('222222222222/us-east-1/sqs.queues').get('jobs')).toEqual(owners[2]);
});
