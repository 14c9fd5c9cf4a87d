import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { COLORS } from '../../parts/colors.ts';
import { Empty } from '../../parts/empty.tsx';
import { renderNumber } from '../../parts/numbers.ts';
import { type MetricRow, metricRows } from './metric-rows.ts';

type Details = Schemas['DriftReport'];

interface QualityProps {
  readonly of: Details;
  readonly objections: readonly string[];
}

/** How right the answers were where labels have arrived, and what the model's probabilities let expect. */
export function Quality({ of: { quality, project }, objections }: QualityProps) {
  if (quality === null) return null;
  const { labels } = quality;
  const rows = metricRows(quality);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Measured where labels have arrived. Estimates come from the model's own probabilities, and are no measurement."
        >
          Quality
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ProgressBar
          value={100 * (labels.coverage ?? 0)}
          label="Labels in"
          description={`${labels.labelled} of ${labels.rows} rows; a measurement needs ${labels.threshold}`}
        />
        {objections.map((objection) => (
          <Box key={objection} color="text-status-warning">
            {objection}
          </Box>
        ))}
        <Metrics of={rows} project={project ?? ''} />
      </SpaceBetween>
    </Container>
  );
}

interface MetricsProps {
  readonly of: readonly MetricRow[];
  readonly project: string;
}

function Metrics({ of, project }: MetricsProps) {
  return (
    <Table
      variant="embedded"
      items={of}
      trackBy="name"
      wrapLines
      columnDefinitions={[
        { id: 'name', header: 'Metric', isRowHeader: true, cell: ({ name }) => name },
        { id: 'measured', header: 'Measured', cell: ({ measured }) => show(measured?.value) },
        ...(of.some((row) => describeRange(row) !== undefined)
          ? [
              {
                id: 'range',
                header: 'Range (95%)',
                cell: (row: MetricRow) => describeRange(row) ?? '–',
              },
            ]
          : []),
        { id: 'estimated', header: 'Estimated', cell: ({ estimated }) => show(estimated) },
        {
          id: 'plot',
          header: 'Measured (dot), estimated (dashed)',
          minWidth: 190,
          cell: (row) => <Both of={row} />,
        },
      ]}
      empty={
        <Empty title="No measurement yet">
          Put labels below <code>labels/{project}/</code> in the bucket, then judge the window
          again.
        </Empty>
      }
      ariaLabels={{ tableLabel: 'Metrics' }}
    />
  );
}

/** Undefined where there is none: rows of one request give no range. */
function describeRange({ measured }: MetricRow): string | undefined {
  const { lower, upper } = measured ?? {};
  if (lower === undefined || upper === undefined || lower === upper) return undefined;
  return `${renderNumber(lower)} to ${renderNumber(upper)}`;
}

function show(value: number | undefined): string {
  return value === undefined ? '–' : renderNumber(value);
}

const WIDTH = 170;
const HEIGHT = 22;

/** The measured value with its range, and the estimate dashed. */
function Both({ of: { name, measured, estimated } }: { readonly of: MetricRow }) {
  const points = [measured?.lower, measured?.upper, measured?.value, estimated].filter(
    (value) => value !== undefined,
  );
  if (points.length < 2) return '–';
  const [least, most] = [Math.min(...points), Math.max(...points)];
  const xOf = (value: number) => 6 + ((value - least) / (most - least || 1)) * (WIDTH - 12);
  return (
    <svg
      role="img"
      aria-label={`${name}: measured ${show(measured?.value)}, estimated ${show(estimated)}`}
      width={WIDTH}
      height={HEIGHT}
    >
      {measured?.lower !== undefined && measured.upper !== undefined && (
        <line
          x1={xOf(measured.lower)}
          x2={xOf(measured.upper)}
          y1={HEIGHT / 2}
          y2={HEIGHT / 2}
          style={{ stroke: COLORS.info, strokeWidth: 2 }}
        />
      )}
      {measured !== undefined && (
        <circle cx={xOf(measured.value)} cy={HEIGHT / 2} r={5} style={{ fill: COLORS.info }} />
      )}
      {estimated !== undefined && (
        <line
          x1={xOf(estimated)}
          x2={xOf(estimated)}
          y2={HEIGHT}
          style={{ stroke: COLORS.text, strokeWidth: 2, strokeDasharray: '4 3' }}
        />
      )}
    </svg>
  );
}
