import type {
  ValidateStateMachineDefinitionInput,
  ValidateStateMachineDefinitionOutput,
} from '@aws-sdk/client-sfn';
import { diagnose } from '../definition.ts';
import { limits } from '../limits.ts';
import { allow, given, operation } from '../operation.ts';

/** Judges a definition without creating anything. */
export function validationOperations() {
  return {
    ValidateStateMachineDefinition: operation<
      ValidateStateMachineDefinitionInput,
      ValidateStateMachineDefinitionOutput
    >({
      permissions: () => allow('ValidateStateMachineDefinition', '*'),
      async run(input) {
        const wanted = input.severity ?? 'ERROR';
        const found = await diagnose(given(input.definition), input.type ?? 'STANDARD');
        const shown = found.filter(({ severity }) => wanted === 'WARNING' || severity === 'ERROR');
        const most =
          input.maxResults === undefined || input.maxResults === 0
            ? limits.diagnostics
            : input.maxResults;
        return {
          result: found.some(({ severity }) => severity === 'ERROR') ? 'FAIL' : 'OK',
          diagnostics: shown.slice(0, most).map((diagnostic) => ({ ...diagnostic })),
          truncated: shown.length > most,
        };
      },
    }),
  };
}
