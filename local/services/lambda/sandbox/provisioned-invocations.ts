import { type FunctionRecord, type LambdaStore, qualifiedKey } from '../store.ts';

interface Qualified {
  readonly record: Pick<FunctionRecord, 'name' | 'version'>;
  readonly qualifier: string | undefined;
}

/** How an invocation was answered where its version or alias has provisioned concurrency. */
export type ProvisionedMetric =
  | 'ProvisionedConcurrencyInvocations'
  | 'ProvisionedConcurrencySpilloverInvocations';

/**
 * Counts the invocations of versions with provisioned concurrency: those beyond what is provisioned spill over to
 * standard concurrency. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
 */
export class ProvisionedInvocations {
  readonly #store: Pick<LambdaStore, 'provisioned'>;
  readonly #underWay = new Map<string, number>();

  constructor(store: Pick<LambdaStore, 'provisioned'>) {
    this.#store = store;
  }

  /** @returns the metric, undefined where nothing is provisioned yet; and what ends the invocation */
  begin(
    invocation: Qualified,
    now: number,
  ): { readonly metric: ProvisionedMetric | undefined; readonly end: () => void } {
    const found = this.#find(invocation);
    if (found === undefined || now < found.readyAt) return { metric: undefined, end: () => {} };
    const key = qualifiedKey(found.functionName, found.qualifier);
    const underWay = this.#underWay.get(key) ?? 0;
    if (underWay >= found.requested) {
      return { metric: 'ProvisionedConcurrencySpilloverInvocations', end: () => {} };
    }
    this.#underWay.set(key, underWay + 1);
    return { metric: 'ProvisionedConcurrencyInvocations', end: () => this.#end(key) };
  }

  /** A version has its own, or that of the alias that was invoked. */
  #find({ record: { name, version }, qualifier = version }: Qualified) {
    const { provisioned } = this.#store;
    return (
      provisioned.get(qualifiedKey(name, version)) ?? provisioned.get(qualifiedKey(name, qualifier))
    );
  }

  #end(key: string): void {
    const underWay = (this.#underWay.get(key) ?? 1) - 1;
    if (underWay > 0) this.#underWay.set(key, underWay);
    else this.#underWay.delete(key);
  }
}
