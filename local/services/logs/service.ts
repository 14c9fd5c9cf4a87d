import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import type { Timer } from '../../host/clock.ts';
import { SharedTime } from '../../host/shared-time.ts';
import { AccessDeniedException, InvalidParameterException } from './errors.ts';
import { eventOperations } from './events.ts';
import { groupOperations } from './groups.ts';
import { append, recordMetrics, streamFor } from './ingest.ts';
import { RETENTION_SWEEP_MS } from './limits.ts';
import { metricFilterOperations } from './metric-filters.ts';
import { combinedPolicy, policyOperations } from './policies.ts';
import { LogsStore } from './store.ts';
import { tagOperations } from './tags.ts';

const DAY_MS = 86_400_000;

/** Amazon CloudWatch Logs. */
export function createLogsService(cloud: Cloud): Service {
  const store = new LogsStore(cloud);
  let sweep: Timer | undefined;
  let isStopped = false;
  const forget = () => forgetOldEvents(cloud, store, () => isStopped);
  const startSweeping = () => {
    sweep = cloud.clock.setTimer(RETENTION_SWEEP_MS, () => {
      void forget();
      startSweeping();
    });
  };
  return {
    name: 'logs',
    operations: bindOperations(
      { cloud, store },
      groupOperations,
      tagOperations,
      eventOperations,
      policyOperations,
      metricFilterOperations,
    ),
    accessDenied: (message) => new AccessDeniedException(message),
    invalidInput: (violations) => new InvalidParameterException(describeViolations(violations)),
    systemTagRefused: () => new InvalidParameterException(SYSTEM_TAG_REFUSED),
    resourcePolicy: () => combinedPolicy(store),
    onLogLine({ logGroup, logStream, message, timestamp, writerBehindMs }) {
      const stream = streamFor(cloud, store, logGroup, logStream);
      const event = { timestamp: timestamp ?? cloud.clock.now(), message };
      append(cloud, store, stream, [event]);
      recordMetrics(cloud, store, logGroup, event, writerBehindMs);
    },
    async start() {
      await forget();
      startSweeping();
    },
    halt() {
      isStopped = true;
      sweep?.cancel();
    },
  };
}

/** Deletes the events that are older than the retention of their group, and the streams that have no other. */
async function forgetOldEvents(
  cloud: Cloud,
  store: LogsStore,
  isStopped: () => boolean,
): Promise<void> {
  const now = cloud.clock.now();
  const time = new SharedTime();
  for (const [, group] of store.groups.entries()) {
    if (group.retentionDays === undefined) continue;
    const oldest = now - group.retentionDays * DAY_MS;
    for (const stream of Array.from(store.streams(group.name))) {
      await time.share();
      if (isStopped()) return;
      if ((stream.lastEventAt ?? stream.createdAt) < oldest) store.deleteStream(stream);
      else if ((stream.firstEventAt ?? oldest) < oldest) {
        await store.forgetEvents(stream, oldest, { time, isStopped });
      }
    }
  }
}
