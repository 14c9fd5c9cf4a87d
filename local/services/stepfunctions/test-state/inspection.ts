import type { InspectionData, TestStateInput, TestStateOutput } from '@aws-sdk/client-sfn';
import type { InspectionStage, JsonObject } from '../../../../engine/index.ts';
import { numberOf, writeJson } from '../../../../engine/index.ts';
import type { Attempt } from './attempt.ts';
import type { TestedState } from './request.ts';

export interface ErrorDetails {
  readonly catchIndex?: number;
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
}

/** Stages that are documents, shown as JSON. */
const DOCUMENTS = [
  'afterInputPath',
  'afterParameters',
  'afterArguments',
  'afterItemsPath',
  'afterItemSelector',
  'afterItemBatcher',
  'afterItemsPointer',
  'result',
  'afterResultSelector',
  'afterResultPath',
] as const satisfies readonly InspectionStage[];

const NUMBERS = [
  'maxConcurrency',
  'toleratedFailureCount',
  'toleratedFailurePercentage',
] as const satisfies readonly InspectionStage[];

/** The data flow from input to output that DEBUG and TRACE show. */
export function inspectionData(
  { input, inspectionLevel }: TestStateInput,
  tested: TestedState,
  { assigned, stages }: Attempt,
  errorDetails: ErrorDetails = {},
): Pick<TestStateOutput, 'inspectionData'> {
  if (inspectionLevel !== 'DEBUG' && inspectionLevel !== 'TRACE') return {};
  const hidden = hiddenStages(tested.state);
  // The text of the request, including white space; the later stages are serialized by AWS.
  const data: InspectionData = { input: input ?? '{}' };
  // A Fail state has no data flow; AWS shows its first stage.
  if (tested.state['Type'] === 'Fail' && !isJsonata(tested)) {
    data.afterInputPath = writeJson(tested.input);
  }
  for (const stage of DOCUMENTS) {
    const value = stages.get(stage);
    if (value !== undefined && !hidden.has(stage)) data[stage] = writeJson(value);
  }
  if (tested.state['Type'] === 'Pass' && tested.state['Result'] !== undefined) {
    data.result = writeJson(tested.state['Result']);
  }
  for (const stage of NUMBERS) {
    const value = stages.get(stage);
    const number = numberOf(value);
    if (number !== undefined) data[stage] = number;
  }
  const variables = { ...tested.variables, ...assigned };
  if (Object.keys(variables).length > 0) data.variables = writeJson(variables);
  if (Object.keys(errorDetails).length > 0) data.errorDetails = { ...errorDetails };
  return { inspectionData: data };
}

function isJsonata({ queryLanguage, state }: TestedState): boolean {
  return (state['QueryLanguage'] ?? queryLanguage) === 'JSONata';
}

/** AWS shows fewer stages of some states: a Pass with a Result, a mocked Parallel. */
function hiddenStages(state: JsonObject): ReadonlySet<InspectionStage> {
  const beforeWork: readonly InspectionStage[] = ['afterInputPath', 'afterParameters'];
  if (state['Type'] === 'Pass' && state['Result'] !== undefined) return new Set(beforeWork);
  if (state['Type'] === 'Parallel') {
    return new Set([...beforeWork, 'afterArguments', 'result']);
  }
  if (state['Type'] === 'Map') return new Set(['afterParameters', 'result']);
  return new Set();
}
