import { KIT_FOLDER, type Project } from '../definition/index.ts';
import { jsonata } from './jsonata.ts';

/** Where training describes the rows that it learned: an expression. */
const BASELINE_URI = '$dataset.uri & "prepared/baseline/"';

/** The kit's scripts describe the training rows, with which requests are compared later. */
export function describesBaseline({ code }: Pick<Project, 'code'>): boolean {
  return code === KIT_FOLDER;
}

const file = (name: string) => ({
  ContentType: 'application/json',
  S3Uri: jsonata(`${BASELINE_URI} & "${name}"`),
});

/** The files of a baseline as a model package names them. */
export function baselineFiles() {
  return { Statistics: file('statistics.json'), Constraints: file('constraints.json') };
}

const statistics = '$states.result.DriftCheckBaselines.ModelDataQuality.Statistics.S3Uri';
const quality = '$states.result.ModelMetrics.ModelQuality.Statistics.S3Uri';

/** The folders of a described package's baseline and evaluation; empty texts of one that has none. */
export const describedBaseline = {
  baseline: `($exists(${statistics}) ? $substringBefore(${statistics}, "statistics.json") : "")`,
  evaluation: `($exists(${quality}) ? $substringBefore(${quality}, "evaluation.json") : "")`,
} as const;
