import ColumnLayout from '@cloudscape-design/components/column-layout';
import type { Schemas } from '../../../api/client/index.ts';
import { Chart } from '../../parts/chart.tsx';
import { renderNumber } from '../../parts/numbers.ts';
import { spec as classes } from './charts/classes.vl';
import { spec as numbers } from './charts/numbers.vl';
import { spec as probabilities } from './charts/probabilities.vl';

type Answers = NonNullable<Schemas['Scoring']['results']>['answers'];

/** How the predictions of a file are distributed. */
export function AnswersPlot({ of }: { readonly of: Answers }) {
  if (of.kind === 'number') {
    const [mean, least, most] = [of.mean, of.minimum, of.maximum].map(renderNumber);
    return (
      <Chart
        spec={numbers}
        text={`Predictions: mean ${mean}, from ${least} to ${most}`}
        rows={of.bins}
      />
    );
  }
  const all = [
    ...of.classes,
    ...(of.others === 0 ? [] : [{ name: 'other classes', count: of.others }]),
  ];
  const counts = all
    .map(({ name, count }) => `${name}: ${count} ${count === 1 ? 'row' : 'rows'}`)
    .join(', ');
  return (
    <ColumnLayout columns={2} minColumnWidth={460} borders="none">
      <Chart spec={classes} text={`Predicted ${counts}`} rows={all} />
      {of.probabilities.length > 0 && (
        <Chart spec={probabilities} text="How sure the model is" rows={of.probabilities} />
      )}
    </ColumnLayout>
  );
}
