import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import type { Json } from '../../../engine/replay/index.ts';
import type { ExecutionPath } from '../../data/executions.ts';
import { useStateTest } from '../../data/state-tests.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Document } from '../../parts/document.tsx';
import { Failure } from '../../parts/failure.tsx';
import type { Visit } from './visits.ts';

interface StateTestProps {
  readonly path: ExecutionPath;
  readonly visit: Visit;
  /** As the state found them. */
  readonly variables: Readonly<Record<string, Json>>;
}

const MOCKED: readonly string[] = ['Task', 'Map', 'Parallel'];

/** Step Functions' TestState on the selected state, with what it was given. */
export function StateTest({ path, visit, variables }: StateTestProps) {
  const [input, setInput] = useState(() => spread(visit.input ?? '{}'));
  const [assigned, setAssigned] = useState(() => JSON.stringify(variables, null, 2));
  const [result, setResult] = useState(() => spread(visit.output ?? '{}'));
  const test = useStateTest();
  const needsMock = MOCKED.includes(visit.type);
  const parsed = {
    input: parse(input),
    variables: parse(assigned),
    result: needsMock ? parse(result) : { value: undefined },
  };
  const isInvalid = Object.values(parsed).some(({ problem }) => problem !== undefined);
  const run = () =>
    test.mutate({
      ...path,
      state: visit.state,
      input: parsed.input.value,
      variables: parsed.variables.value as Record<string, unknown>,
      ...(needsMock ? { mock: { result: parsed.result.value } } : {}),
    });
  return (
    <SpaceBetween size="m">
      <Alert type="info">
        Runs this state alone, as Step Functions does. It calls no service and changes nothing.
      </Alert>
      <Field label="Input" text={input} change={setInput} problem={parsed.input.problem} />
      <Field
        label="Variables"
        text={assigned}
        change={setAssigned}
        problem={parsed.variables.problem}
      />
      {needsMock && (
        <Field
          label="What the work gives"
          text={result}
          change={setResult}
          problem={parsed.result.problem}
        />
      )}
      <DeedButton
        deed="train"
        onClick={run}
        loading={test.isPending}
        disabled={isInvalid}
        disabledReason="A field does not hold JSON."
      >
        Test state
      </DeedButton>
      {test.error !== null && <Failure error={test.error} />}
      {test.data !== undefined && <Result of={test.data} />}
    </SpaceBetween>
  );
}

interface FieldProps {
  readonly label: string;
  readonly text: string;
  readonly change: (text: string) => void;
  readonly problem: string | undefined;
}

function Field({ label, text, change, problem }: FieldProps) {
  return (
    <FormField label={label} errorText={problem} stretch>
      <Textarea
        value={text}
        rows={Math.min(10, text.split('\n').length + 1)}
        spellcheck={false}
        onChange={({ detail }) => change(detail.value)}
      />
    </FormField>
  );
}

function Result({ of }: { readonly of: Schemas['StateTest'] }) {
  const { status, nextState, error, cause, output } = of;
  return (
    <SpaceBetween size="s">
      <KeyValuePairs
        columns={2}
        items={[
          { label: 'Result', value: status },
          { label: 'Next state', value: nextState ?? 'None' },
          ...(error === undefined ? [] : [{ label: 'Error', value: `${error}: ${cause ?? ''}` }]),
        ]}
      />
      <Document text={JSON.stringify(output ?? null)} />
    </SpaceBetween>
  );
}

interface Parsed {
  readonly value?: unknown;
  readonly problem?: string | undefined;
}

function parse(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: `This is not JSON: ${(error as Error).message}` };
  }
}

function spread(text: string): string {
  const { value, problem } = parse(text);
  return problem === undefined ? JSON.stringify(value, null, 2) : text;
}
