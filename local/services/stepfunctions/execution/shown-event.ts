import type { HistoryEvent as ShownEvent } from '@aws-sdk/client-sfn';
import { type HistoryEvent, renderEvent } from '../../../../engine/index.ts';

/** An event as GetExecutionHistory shows it. @param includeData false leaves documents out */
export function showEvent(event: HistoryEvent, includeData = true): ShownEvent {
  const { timestamp, ...shown } = renderEvent(event, includeData);
  return { ...shown, timestamp: new Date(timestamp) };
}
