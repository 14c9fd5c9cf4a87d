import type { EpochMs } from '../../../host/clock.ts';
import type { Store } from '../../../store/index.ts';

/** A running Express execution; its record is removed when it ends. */
export interface ExpressRecord {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
  readonly revisionKey: string;
  readonly startDate: EpochMs;
  /** JSON. */
  readonly input: string;
}

/** Asynchronous Express executions in progress. They run at least once, so a restart runs them again. */
export interface ExpressStore {
  put(execution: ExpressRecord): void;
  remove(arn: string): void;
  all(): readonly ExpressRecord[];
}

export function createExpressStore(store: Store): ExpressStore {
  const running = store.table<ExpressRecord>('stepfunctions.express', {
    arn: 'string',
    name: 'string',
    machineArn: 'string',
    revisionKey: 'string',
    startDate: 'number',
    input: 'string',
  });
  return {
    put: (execution) => running.put(execution.arn, execution),
    remove(arn) {
      running.delete(arn);
    },
    all: () => [...running.entries()].map(([, execution]) => execution),
  };
}
