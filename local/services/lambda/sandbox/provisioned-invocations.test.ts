import { expect, it } from 'vitest';
import { type LambdaStore, type ProvisionedRecord, qualifiedKey } from '../store.ts';
import { ProvisionedInvocations } from './provisioned-invocations.ts';

const READY_AT = 60_000;

/** The invocations of a function of which two are provisioned for one version or alias. */
function provision(qualifier: string): ProvisionedInvocations {
  const record: ProvisionedRecord = {
    functionName: 'f',
    qualifier,
    requested: 2,
    readyAt: READY_AT,
    modifiedAt: 0,
  };
  const provisioned = new Map([[qualifiedKey('f', qualifier), record]]);
  return new ProvisionedInvocations({ provisioned } as unknown as LambdaStore);
}

const of = (version: string, qualifier?: string) => ({ record: { name: 'f', version }, qualifier });

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
it('spills over what is more than provisioned, until one ends', () => {
  const invocations = provision('3');
  const begin = () => invocations.begin(of('3', 'live'), READY_AT);
  const begun = [begin(), begin(), begin()];
  expect(begun.map(({ metric }) => metric)).toEqual([
    'ProvisionedConcurrencyInvocations',
    'ProvisionedConcurrencyInvocations',
    'ProvisionedConcurrencySpilloverInvocations',
  ]);

  begun[0]?.end();
  begun[2]?.end();

  expect([begin(), begin()].map(({ metric }) => metric)).toEqual([
    'ProvisionedConcurrencyInvocations',
    'ProvisionedConcurrencySpilloverInvocations',
  ]);
});

it('counts for the alias that has it, and for no other version', () => {
  expect(provision('live').begin(of('3', 'live'), READY_AT).metric).toBeDefined();
  expect(provision('live').begin(of('3', '3'), READY_AT).metric).toBeUndefined();
  expect(provision('3').begin(of('2', 'live'), READY_AT).metric).toBeUndefined();
});

it('counts nothing before it is ready', () => {
  expect(provision('3').begin(of('3'), READY_AT - 1).metric).toBeUndefined();
});
