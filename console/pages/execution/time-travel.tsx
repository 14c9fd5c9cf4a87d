import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Slider from '@cloudscape-design/components/slider';
import { useEffect, useRef, useState } from 'react';
import type { HistoryEvent } from '../../../engine/replay/index.ts';
import { describeDuration } from '../../parts/moment.tsx';

interface TimeTravelProps {
  readonly events: readonly HistoryEvent[];
  /** Events up to here are shown. */
  readonly count: number;
  /** When the execution was started, which its first event follows. */
  readonly startedAt: number;
  readonly isLive: boolean;
  /** Undefined for the newest. */
  readonly travel: (at: number | undefined) => void;
}

/** The browser takes some 200 changes of the address in half a minute. */
const SETTLED_MILLISECONDS = 120;

/** Goes through the events of the execution; graph, states and variables are shown as they were. */
export function TimeTravel({ events, count, startedAt, isLive, travel }: TimeTravelProps) {
  const [dragged, drag] = useSettled(count, travel, events.length);
  const event = events[dragged - 1];
  if (event === undefined) return null;
  const after = describeDuration(event.timestamp - startedAt);
  const name = event.details.name === undefined ? '' : `, ${event.details.name}`;
  return (
    <div style={{ display: 'flex', gap: 12, alignItems: 'center', flexWrap: 'wrap' }}>
      <Button
        iconName="angle-left"
        ariaLabel="Event before"
        disabled={dragged <= 1}
        onClick={() => drag(dragged - 1)}
      />
      <div style={{ flex: '1 1 240px', minWidth: 0 }}>
        <Slider
          value={dragged}
          min={1}
          max={Math.max(2, events.length)}
          ariaLabel="Event"
          hideFillLine={isLive}
          valueFormatter={(value) => `Event ${value}`}
          onChange={({ detail }) => drag(detail.value)}
        />
      </div>
      <Button
        iconName="angle-right"
        ariaLabel="Event after"
        disabled={dragged >= events.length}
        onClick={() => drag(dragged + 1)}
      />
      <Button disabled={isLive} onClick={() => travel(undefined)}>
        Newest
      </Button>
      <Box variant="span" color={isLive ? 'text-body-secondary' : 'text-status-info'}>
        {isLive ? 'Newest: ' : 'As it was: '}event {event.id} of {events.length}, {event.type}
        {name}, after {after}
      </Box>
    </div>
  );
}

/** Follows the pointer at once, and the address when it rests. */
function useSettled(
  count: number,
  travel: (at: number | undefined) => void,
  newest: number,
): readonly [number, (to: number) => void] {
  const [dragged, setDragged] = useState<number>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => setDragged(undefined), [count]);
  const drag = (to: number) => {
    setDragged(to);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      travel(to >= newest ? undefined : to);
      setDragged(undefined);
    }, SETTLED_MILLISECONDS);
  };
  return [dragged ?? count, drag];
}
