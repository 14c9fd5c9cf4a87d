import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import type { JsonObject } from '../../../engine/replay/index.ts';
import { type Recorded, RecordedReader } from './recorded.ts';

type ApiEvent = Schemas['HistoryEvent'];

/** Events that are read before the browser may do something else; 25,000 at once take half a second. */
const EVENTS_OF_A_PART = 1_000;

/**
 * What a history says, read part by part, and then only what is new. The first part is shown when it is read, and all
 * when all of it is.
 */
export function useRecorded(
  definition: JsonObject | undefined,
  events: readonly ApiEvent[] | undefined,
): Recorded | undefined {
  const reader = useRef<RecordedReader>(undefined);
  const [recorded, setRecorded] = useState<Recorded>();
  useEffect(() => {
    if (definition === undefined || events === undefined) return undefined;
    const reading = { isStopped: false };
    reader.current = readerFor(definition, events, reader.current);
    void readAll(reader.current, events, reading, setRecorded);
    return () => {
      reading.isStopped = true;
    };
  }, [definition, events]);
  return recorded;
}

/** A new one for another definition, and for events that were read again from the start. */
function readerFor(
  definition: JsonObject,
  events: readonly ApiEvent[],
  former: RecordedReader | undefined,
): RecordedReader {
  const isSame = former?.definition === definition && former.count <= events.length;
  return isSame ? former : new RecordedReader(definition);
}

async function readAll(
  reader: RecordedReader,
  events: readonly ApiEvent[],
  reading: { readonly isStopped: boolean },
  show: (recorded: Recorded) => void,
): Promise<void> {
  while (!reading.isStopped) {
    const isFirst = reader.count === 0;
    reader.add(events.slice(reader.count, reader.count + EVENTS_OF_A_PART));
    const isLast = reader.count >= events.length;
    if (isFirst || isLast) show(reader.read());
    if (isLast) return;
    await new Promise((resolve) => setTimeout(resolve));
  }
}
