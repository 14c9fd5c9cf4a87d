import { Chart } from '../../parts/chart.tsx';
import { spec as calibration } from './charts/calibration.vl';
import { spec as confusions } from './charts/confusions.vl';
import { spec as errors } from './charts/errors.vl';
import { spec as precisionRecall } from './charts/precision-recall.vl';
import { spec as predicted } from './charts/predicted.vl';
import { spec as right } from './charts/right.vl';
import { spec as roc } from './charts/roc.vl';

const SPECS = { calibration, confusions, errors, precisionRecall, predicted, right, roc };

export type PlotName = keyof typeof SPECS;

interface PlotProps {
  readonly name: PlotName;
  readonly text: string;
  readonly rows: readonly object[];
}

/** A chart of two versions. */
export function Plot({ name, ...rest }: PlotProps) {
  return <Chart spec={SPECS[name]} {...rest} />;
}
