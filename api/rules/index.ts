/** How data and records are judged, by the API, by inspection and by pages before they send anything. */
export { splitQuotedRow } from '../../events/csv-row/index.ts';
export { ColumnInspector } from './column-inspector.ts';
export { DatasetRejected } from './dataset-rejected.ts';
export { dateTest } from './date-text.ts';
export { delimiters, wrongDelimiter } from './delimiters.ts';
export { describeFieldCount } from './field-count.ts';
export { numberReader } from './number-text.ts';
export { ProblemList } from './problem-list.ts';
export { findExcess, findRefusal, isMissing } from './record-field.ts';
export { labelColumnsOf, RowInspector } from './row-inspector.ts';
export { RowJudge, type RowVerdict } from './row-judge.ts';
