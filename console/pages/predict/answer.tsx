import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import type { PredictionAnswer, PredictionForm, PredictionRecord } from '../../data/predictions.ts';
import { renderNumber } from '../../parts/numbers.ts';
import { Factors } from './factors.tsx';

interface AnswerProps {
  readonly form: PredictionForm;
  readonly records: readonly PredictionRecord[];
  readonly answer: PredictionAnswer;
}

/** What the model says about one record. */
export function Answer({ form, answer, records: [record = {}] }: AnswerProps) {
  const [prediction] = answer.predictions;
  if (prediction === undefined) return null;
  const { probability, confidence, riskFactors = [], unseen = [], outOfRange = [] } = prediction;
  return (
    <SpaceBetween size="m">
      <div role="status">
        <Box variant="awsui-key-label">{form.label}</Box>
        <Box variant="awsui-value-large">{renderValue(prediction.prediction)}</Box>
      </div>
      {probability !== undefined && <ProgressBar value={100 * probability} label="Probability" />}
      {unseen.length > 0 && (
        <Alert type="warning">
          The training data did not have this value of {unseen.join(', ')}.
        </Alert>
      )}
      {outOfRange.length > 0 && (
        <Alert type="warning">
          Outside the range that the project declares: {outOfRange.join(', ')}. The answer may be
          wrong.
        </Alert>
      )}
      <KeyValuePairs
        columns={2}
        items={[
          ...(confidence === undefined
            ? []
            : [{ label: 'Confidence', value: <Confidence of={confidence} /> }]),
          { label: 'Model', value: answer.model ?? 'Not a registered version' },
        ]}
      />
      {riskFactors.length > 0 && (
        <Factors factors={riskFactors} record={record} problem={form.problem} />
      )}
    </SpaceBetween>
  );
}

export function renderValue(value: number | string): string {
  return typeof value === 'number' ? renderNumber(value) : value;
}

type Confidence = NonNullable<PredictionAnswer['predictions'][number]['confidence']>;

const LEVELS: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  high: 'success',
  medium: 'info',
  low: 'warning',
};

/** How sure the model is, and on what that rests. */
function Confidence({ of }: { readonly of: Confidence }) {
  return (
    <SpaceBetween size="xxs">
      <StatusIndicator type={LEVELS[of.level] ?? 'info'}>{of.level}</StatusIndicator>
      <Box variant="small">{describeSupport(of)}</Box>
    </SpaceBetween>
  );
}

/** As `projects/tabular/python/confidence.py` writes it. */
function describeSupport(confidence: Confidence): string {
  const { lower, upper, supportRows, observedRate } = confidence;
  if (typeof lower === 'number' && typeof upper === 'number') {
    return `Nine of ten such rows were between ${renderNumber(lower)} and ${renderNumber(upper)}.`;
  }
  if (typeof observedRate !== 'number') return '';
  const share = `${Math.round(100 * observedRate)} %`;
  return `${share} of ${String(supportRows)} such rows were predicted right.`;
}
