import Box from '@cloudscape-design/components/box';
import type { Schemas } from '../../../api/client/index.ts';
import { COLORS } from '../../parts/colors.ts';
import { renderNumber } from '../../parts/numbers.ts';

type Minute = Schemas['Endpoint']['capacity']['invocationsPerMinute'][number];

const MINUTE_MILLISECONDS = 60_000;
const WIDTH = 720;
const PLOT = { left: 44, right: WIDTH - 8, top: 10, bottom: 110 };
const HEIGHT = PLOT.bottom + 22;
/** Also where there are few minutes. */
const WIDEST_BAR = 12;
const TEXT = { fontSize: 11, fill: COLORS.quietText };

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false });

/** Requests of each minute, over the minutes that have data. */
export function Invocations({ of }: { readonly of: readonly Minute[] }) {
  const [first] = of;
  const last = of.at(-1);
  return (
    <div>
      <Box variant="awsui-key-label">Requests a minute</Box>
      {first === undefined || last === undefined ? (
        'None in the last 30 minutes'
      ) : (
        <Bars of={of} from={Date.parse(first.at)} to={Date.parse(last.at)} />
      )}
    </div>
  );
}

interface BarsProps {
  readonly of: readonly Minute[];
  readonly from: number;
  readonly to: number;
}

function Bars({ of, from, to }: BarsProps) {
  const most = Math.max(1, ...of.map(({ invocations }) => invocations));
  const minutes = (to - from) / MINUTE_MILLISECONDS + 1;
  const step = (PLOT.right - PLOT.left) / minutes;
  const width = Math.min(WIDEST_BAR, Math.max(1, step - 1));
  const xOf = (time: number) => PLOT.left + ((time - from) / MINUTE_MILLISECONDS) * step;
  const yOf = (count: number) => PLOT.bottom - (count / most) * (PLOT.bottom - PLOT.top);
  return (
    <svg
      role="img"
      aria-label={`From ${clock.format(from)} to ${clock.format(to)}: at most ${most} requests a minute, ${of.at(-1)?.invocations ?? 0} in the last`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      style={{ width: '100%', maxWidth: WIDTH, display: 'block' }}
    >
      {[0, most / 2, most].map((count) => (
        <g key={count}>
          <line
            x1={PLOT.left}
            x2={PLOT.right}
            y1={yOf(count)}
            y2={yOf(count)}
            style={{ stroke: COLORS.divider }}
          />
          <text x={PLOT.left - 6} y={yOf(count) + 4} textAnchor="end" style={TEXT}>
            {renderNumber(count)}
          </text>
        </g>
      ))}
      {of.map(({ at, invocations }) => (
        <rect
          key={at}
          x={xOf(Date.parse(at))}
          y={yOf(invocations)}
          width={width}
          height={PLOT.bottom - yOf(invocations)}
          style={{ fill: COLORS.info }}
        >
          <title>{`${clock.format(Date.parse(at))}: ${invocations}`}</title>
        </rect>
      ))}
      <text x={PLOT.left} y={HEIGHT - 4} style={TEXT}>
        {clock.format(from)}
      </text>
      {to > from && (
        <text x={PLOT.right} y={HEIGHT - 4} textAnchor="end" style={TEXT}>
          {clock.format(to)}
        </text>
      )}
    </svg>
  );
}
