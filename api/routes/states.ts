import * as z from 'zod';
import { executionName, projectName, workflowName } from '../fields.ts';
import { defineRoute, forStateTests } from '../route.ts';
import { exampleExecutionPath } from '../schemas/execution.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
const LARGEST_DEFINITION_CHARACTERS = 1_048_576;
/** Step Functions: 256 KiB of input, of variables, of a mocked result. */
const LARGEST_DATA_CHARACTERS = 262_144;
/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html */
const LONGEST_STATE_NAME = 80;

/** Any JSON of a size that Step Functions takes. */
function jsonOf<Schema extends z.ZodType>(schema: Schema, largest: number): Schema {
  return schema.refine((value) => (JSON.stringify(value) ?? '').length <= largest, {
    message: `at most ${largest} characters as JSON`,
  });
}

const data = jsonOf(z.unknown(), LARGEST_DATA_CHARACTERS);
const document = z.record(z.string(), z.unknown());

const mock = z
  .union([
    z.strictObject({ result: data }),
    z.strictObject({
      error: z.string().min(1).max(256),
      cause: z.string().max(32_768).optional(),
    }),
  ])
  .meta({
    id: 'StateMock',
    description: 'What the task, the map or the parallel state gives, or the error it fails with',
  });

export const testState = defineRoute({
  id: 'testState',
  method: 'POST',
  path: '/states/test',
  summary: 'Runs one state of an execution again, without calling anything',
  description:
    "Step Functions' TestState on a state of the definition that an execution runs, or of a changed one. Tasks, maps and parallel states need a `mock`, because the test calls no service and changes nothing.",
  scope: 'train',
  groups: ['operator'],
  request: {
    body: z
      .strictObject({
        project: projectName,
        workflow: workflowName,
        execution: executionName,
        state: z.string().min(1).max(LONGEST_STATE_NAME),
        definition: jsonOf(document, LARGEST_DEFINITION_CHARACTERS).optional().meta({
          description: 'A changed state machine. By default the one that the execution runs',
        }),
        input: data.optional().meta({ description: 'By default an empty object' }),
        variables: jsonOf(document, LARGEST_DATA_CHARACTERS).optional(),
        mock: mock.optional(),
        retryCount: z
          .int()
          .min(0)
          .max(1_000)
          .optional()
          .meta({ description: 'Retries before; only with a mocked error' }),
      })
      .meta({ id: 'StateTestRequest' }),
  },
  answer: {
    status: 200,
    description: 'What the state did',
    body: z
      .object({
        status: z.enum(['SUCCEEDED', 'FAILED', 'RETRIABLE', 'CAUGHT_ERROR']),
        output: z.unknown().optional(),
        error: z.string().optional(),
        cause: z.string().optional(),
        nextState: z.string().optional(),
        inspection: z
          .record(z.string(), z.unknown())
          .meta({ description: "Step Functions' `inspectionData`: values on their way, by name" }),
      })
      .meta({ id: 'StateTest' }),
  },
  problems: ['project-not-found', 'execution-not-found', 'state-not-found', 'test-refused'],
  throttle: forStateTests,
  example: {
    body: {
      ...exampleExecutionPath,
      state: 'Passes the gate?',
      input: {},
      variables: { metrics: { mse: { value: 4.3 } } },
    },
    answer: {
      status: 'SUCCEEDED',
      output: {},
      nextState: 'Fingerprint archives',
      inspection: { input: {} },
    },
  },
});
