import { useMemo } from 'react';
import { COLORS } from '../../parts/colors.ts';
import { Empty } from '../../parts/empty.tsx';
import { describeDuration } from '../../parts/moment.tsx';
import { VirtualRows } from '../../parts/virtual-rows.tsx';
import { LOOKS } from './looks.tsx';
import { durationOf, type VisitsProps } from './states-list.tsx';
import { statusOf } from './statuses.ts';
import { createTimeScale, type TimeScale } from './time-scale.ts';
import { VisitLink } from './visit-link.tsx';
import type { Visit } from './visits.ts';

interface TimelineProps extends VisitsProps {
  /** When the events were, ascending. */
  readonly times: readonly number[];
}

const COLUMNS = [
  { header: 'State', width: 'minmax(160px, 1fr)' },
  { header: 'Time; idle time is cut', width: '3fr' },
  { header: 'Duration', width: '100px' },
];
const SMALLEST_BAR = 0.002;

/** When each state ran. Time in which nothing happened is drawn short, with how long it was. */
export function Timeline(props: TimelineProps) {
  const { visits, times, at, atTime, selected } = props;
  const scale = useMemo(() => createTimeScale([...times, atTime]), [times, atTime]);
  return (
    <>
      <Cuts of={scale} />
      <VirtualRows
        label="Timeline"
        columns={COLUMNS}
        count={visits.length}
        isSelected={(index) => visits[index]?.id === selected}
        cells={(index) => {
          const visit = visits[index];
          if (visit === undefined) return [];
          return [
            <VisitLink key="state" visit={visit} />,
            <Bar key="bar" {...props} visit={visit} scale={scale} />,
            describeDuration(durationOf(visit, at, atTime)),
          ];
        }}
        empty={<Empty title="No state yet">The first state appears within seconds.</Empty>}
      />
    </>
  );
}

function Cuts({ of: { cuts } }: { readonly of: TimeScale }) {
  if (cuts.length === 0) return null;
  const longest = cuts.toSorted((one, other) => other.milliseconds - one.milliseconds).slice(0, 3);
  const texts = longest.map(({ milliseconds }) => describeDuration(milliseconds));
  return (
    <p style={{ color: COLORS.quietText, margin: '0 0 8px' }}>
      {cuts.length === 1 ? 'One idle time is' : `${cuts.length} idle times are`} cut (striped): the
      longest {texts.length === 1 ? 'was' : 'were'} {texts.join(', ')}.
    </p>
  );
}

interface BarProps extends VisitsProps {
  readonly visit: Visit;
  readonly scale: TimeScale;
}

function Bar({ visit, scale: { place, cuts }, endings, at, atTime }: BarProps) {
  const from = place(visit.enteredAt);
  const to = place(visit.enteredAt + durationOf(visit, at, atTime));
  const { stroke, text } = LOOKS[statusOf(visit, endings, at)];
  const label = `${text}, ${describeDuration(durationOf(visit, at, atTime))}`;
  return (
    <div role="img" aria-label={label} title={label} style={{ position: 'relative', height: 20 }}>
      {cuts.map((cut) => (
        <div
          key={cut.from}
          title={`${describeDuration(cut.milliseconds)} without an event`}
          style={{
            ...spanOf(cut.from, cut.to),
            background: `repeating-linear-gradient(45deg, transparent 0 3px, ${COLORS.warningSurface} 3px 6px)`,
          }}
        />
      ))}
      <div
        style={{
          ...spanOf(from, Math.max(to, from + SMALLEST_BAR)),
          minWidth: 3,
          top: 3,
          height: 12,
          background: stroke,
          borderRadius: 3,
          overflow: 'hidden',
          opacity: 0.9,
        }}
      />
    </div>
  );
}

function spanOf(from: number, to: number) {
  return {
    position: 'absolute',
    left: `${from * 100}%`,
    width: `${(to - from) * 100}%`,
    height: 20,
  } as const;
}
