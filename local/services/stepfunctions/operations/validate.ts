import type {
  SFN,
  ValidateStateMachineDefinitionInput,
  ValidateStateMachineDefinitionOutput,
} from '@aws-sdk/client-sfn';
import type { OperationTable } from '../../../cloud/operation.ts';
import { diagnose } from '../definition.ts';
import { DEFAULT_DIAGNOSTICS } from '../limits.ts';
import { allow, given } from '../operation.ts';
import type { StepFunctionsState } from '../state.ts';

/** Validates a definition without creating a state machine. */
export const validationOperations: OperationTable<SFN, StepFunctionsState> = {
  ValidateStateMachineDefinition: {
    readOnly: true,
    permissions: () => allow('ValidateStateMachineDefinition', '*'),
    run: (input: ValidateStateMachineDefinitionInput) => validateStateMachineDefinition(input),
  },
};

async function validateStateMachineDefinition(
  input: ValidateStateMachineDefinitionInput,
): Promise<ValidateStateMachineDefinitionOutput> {
  const wanted = input.severity ?? 'ERROR';
  const found = await diagnose(given(input.definition), input.type ?? 'STANDARD');
  const shown = found.filter(({ severity }) => wanted === 'WARNING' || severity === 'ERROR');
  const most =
    input.maxResults === undefined || input.maxResults === 0
      ? DEFAULT_DIAGNOSTICS
      : input.maxResults;
  return {
    result: found.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: shown.slice(0, most).map((diagnostic) => ({ ...diagnostic })),
    truncated: shown.length > most,
  };
}
