import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { LargeDistribution } from './distribution-plot.tsx';
import { type DriftColumn, slotsOf } from './distributions.ts';
import { DriftVerdict } from './drift-verdict.tsx';
import { renderNumber } from './numbers.ts';
import { SidePanel } from './side-panel.tsx';

interface ColumnPanelProps {
  readonly of: DriftColumn;
  readonly close: () => void;
}

/** Everything that was measured of one column. */
export function ColumnPanel({ of, close }: ColumnPanelProps) {
  const { name, verdict, reason, rows, expected, effect, significance, distances, checks } = of;
  return (
    <SidePanel title={name} close={close}>
      <SpaceBetween size="l">
        <div>
          <DriftVerdict of={verdict} />
          {reason !== null && <Box variant="p">{reason}</Box>}
        </div>
        <LargeDistribution name={name} of={slotsOf(of)} />
        <KeyValuePairs
          columns={2}
          items={[
            { label: 'Effect (PSI)', value: beside(effect.psi, effect.threshold, 'drift above') },
            { label: 'Chance alone gives', value: show(effect.chance) },
            { label: 'p', value: show(significance.p) },
            {
              label: 'q, corrected for all columns',
              value: beside(significance.q, significance.threshold, 'drift up to'),
            },
            { label: 'Rows now', value: beside(rows.current, rows.threshold, 'at least') },
            { label: 'Training rows', value: beside(rows.baseline, rows.threshold, 'at least') },
            {
              label: 'Rows expected in the smallest bin',
              value: beside(expected.least, expected.threshold, 'at least'),
            },
            { label: 'Kolmogorov-Smirnov', value: show(distances.kolmogorovSmirnov) },
            { label: 'Wasserstein, in standard deviations', value: show(distances.wasserstein) },
            { label: 'Jensen-Shannon', value: show(distances.jensenShannon) },
          ]}
        />
        {checks !== undefined && <Checks of={checks} />}
      </SpaceBetween>
    </SidePanel>
  );
}

function show(value: number | null): string {
  return value === null ? '–' : renderNumber(value);
}

/** A value with the bound that it was held against. */
function beside(value: number | null, threshold: number | null, word: string): string {
  return threshold === null ? show(value) : `${show(value)} (${word} ${renderNumber(threshold)})`;
}

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

function Checks({
  of: { typed, missing, known, within },
}: {
  readonly of: NonNullable<DriftColumn['checks']>;
}) {
  const gaps = `${share(missing.current)} missing, ${share(missing.baseline)} in training (at most ${share(missing.threshold)} more)`;
  const all = [
    {
      name: 'Types',
      isBad: typed.violated,
      text: `${share(typed.share)} are of the type (at least ${share(typed.threshold)})`,
    },
    { name: 'Gaps', isBad: missing.violated, text: gaps },
    ...(known === null
      ? []
      : [
          {
            name: 'Categories',
            isBad: known.violated,
            text: `${share(known.share)} are known (at least ${share(known.threshold)})${describeUnseen(known)}`,
          },
        ]),
    ...(within === null
      ? []
      : [
          {
            name: 'Range',
            isBad: within.violated,
            text: `${share(within.share)} are within the declared range (at least ${share(within.threshold)})`,
          },
        ]),
  ];
  return (
    <SpaceBetween size="xs">
      <Box variant="h3">Data quality</Box>
      {all.map(({ name, isBad, text }) => (
        <div key={name}>
          <StatusIndicator type={isBad ? 'warning' : 'success'}>{name}</StatusIndicator>: {text}
        </div>
      ))}
    </SpaceBetween>
  );
}

type Known = NonNullable<NonNullable<DriftColumn['checks']>['known']>;

function describeUnseen({ unseen }: Known): string {
  if (unseen.length === 0) return '';
  return `: ${unseen.map(({ value, rows }) => `${value} (${rows})`).join(', ')} are new`;
}

function share(value: number | null): string {
  return value === null ? '–' : percent.format(value);
}
