import { readdirSync, readFileSync } from 'node:fs';
import { parse, type Severity, validate } from '../index.ts';
import type { Json } from '../json.ts';
import { execute } from '../testing/index.ts';
import type { Diagnostic } from '../validation/index.ts';

/*
 * Cases of our own: siblings of what AWS was recorded to answer, with other values. What they expect was derived from AWS's
 * documentation and from the recordings, not from this code.
 */

/** What a case came to. */
export interface OwnCase {
  readonly name: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

type ChoiceCase = readonly [operator: string, variable: Json, operand: Json, expected: boolean];
type IntrinsicCase = readonly [call: string, input: Json, expected: Json];

interface DiagnosticsCase {
  readonly name: string;
  readonly definition: unknown;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly severity?: Severity;
  readonly expected: readonly string[];
}

/** By its path from the root of the repository: this file is bundled, too. */
function read(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function runChoiceCases(): readonly OwnCase[] {
  return (read('engine/conformance/cases/choice-operators.json') as readonly ChoiceCase[]).flatMap(
    runChoice,
  );
}

/** Written out, and where the operator has such a form, with the path of what is compared to. */
function runChoice([operator, variable, operand, expected]: ChoiceCase): readonly OwnCase[] {
  const forms = { [operator]: operand };
  if (!/^(Is|StringMatches)/.test(operator)) forms[`${operator}Path`] = '$.operand';
  return Object.entries(forms).map(([name, value]) => ({
    name: `${JSON.stringify(variable)} ${name} ${JSON.stringify(operand)}`,
    expected,
    actual: choose({ Variable: '$.variable', [name]: value, Next: 'Yes' }, { variable, operand }),
  }));
}

function choose(rule: object, input: Json): unknown {
  return run(
    {
      StartAt: 'Choose',
      States: {
        Choose: { Type: 'Choice', Choices: [rule], Default: 'No' },
        Yes: { Type: 'Pass', Result: true, End: true },
        No: { Type: 'Pass', Result: false, End: true },
      },
    },
    input,
  );
}

export function runIntrinsicCases(): readonly OwnCase[] {
  const cases = read(
    'engine/conformance/cases/intrinsic-functions.json',
  ) as readonly IntrinsicCase[];
  return cases.map(([call, input, expected]) => {
    const state = { Type: 'Pass', Parameters: { 'v.$': call }, OutputPath: '$.v', End: true };
    return {
      name: `${call} of ${JSON.stringify(input)}`,
      expected,
      actual: run({ StartAt: 'Call', States: { Call: state } }, input),
    };
  });
}

function run(definition: object, input: Json): unknown {
  const { machine, diagnostics } = parse(JSON.stringify(definition));
  if (machine === undefined) return diagnostics[0]?.message;
  const { status, output, cause } = execute(machine, input);
  return status === 'SUCCEEDED' ? JSON.parse(JSON.stringify(output)) : cause;
}

export function runDiagnosticsCases(): readonly OwnCase[] {
  const folder = 'engine/validation/cases';
  return readdirSync(folder)
    .map((file) => read(`${folder}/${file}`))
    .flatMap((cases) => (Array.isArray(cases) ? (cases as readonly DiagnosticsCase[]) : []))
    .map(({ name, definition, type = 'STANDARD', severity = 'ERROR', expected }) => {
      const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
      return { name, expected, actual: validate(text, { type, severity }).map(renderDiagnostic) };
    });
}

function renderDiagnostic({ code, message, location }: Diagnostic): string {
  return `${code}: ${message} at ${location}`;
}
