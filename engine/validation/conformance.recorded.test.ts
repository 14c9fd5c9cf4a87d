import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findFurtherData } from '../../test/further-data.ts';
import { describeRefusal } from './refusal.ts';
import { validate, validateState } from './validate.ts';

/** The parts of a recorded case that this test reads. */
interface Case {
  readonly id: string;
  readonly kind: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly definition: unknown;
  readonly definition_raw?: string;
  readonly expected: {
    readonly error?: RecordedError;
    readonly response?: { readonly result?: string; readonly diagnostics?: readonly unknown[] };
  };
  readonly steps?: readonly Step[];
}

interface RecordedError {
  readonly code: string;
  readonly message: string;
}

interface Step {
  readonly call?: string;
  readonly params?: { readonly definition?: string; readonly type?: 'STANDARD' | 'EXPRESS' };
  readonly expect_error?: RecordedError;
}

const file = findFurtherData('conformance/asl-cases.json');
const cases = file === undefined ? [] : (JSON.parse(readFileSync(file, 'utf8')) as readonly Case[]);

describe.skipIf(cases.length === 0)('recorded on AWS', () => {
  test.each(cases.filter(isValidation).map(named))('%s', (_, recorded) => {
    const diagnostics = validate(textOf(recorded), { type: recorded.type ?? 'STANDARD' });

    expect(diagnostics).toEqual(recorded.expected.response?.diagnostics);
  });

  test.each(cases.filter(isRefusal).map(named))('%s', (_, recorded) => {
    const text = textOf(recorded);

    const message = describeRefusal(text, validate(text, { type: recorded.type ?? 'STANDARD' }));

    expect(message).toMatch(patternOf(recorded.expected.error?.message ?? ''));
  });

  test.each(cases.filter(isStateRefusal).map(named))('%s', (_, recorded) => {
    const text = textOf(recorded);

    const message = describeRefusal(text, isMachine(text) ? validate(text) : validateState(text));

    expect(message).toMatch(patternOf(recorded.expected.error?.message ?? ''));
  });

  test.each(cases.flatMap(refusedCreations))('%s', (_, definition, type, error) => {
    const message = describeRefusal(definition, validate(definition, { type }));

    expect(message).toMatch(patternOf(error.message));
  });

  test('accepts every definition that AWS ran', () => {
    const refused = cases.filter(wasRun).flatMap((recorded) => {
      const found = validate(textOf(recorded), { type: recorded.type ?? 'STANDARD' });
      return found.length === 0 ? [] : [{ id: recorded.id, found }];
    });

    expect(refused).toEqual([]);
  });

  test('accepts every state that AWS tested', () => {
    const refused = cases.filter(wasTested).flatMap((recorded) => {
      const text = textOf(recorded);
      const found = isMachine(text) ? validate(text) : validateState(text);
      return found.length === 0 ? [] : [{ id: recorded.id, found }];
    });

    expect(refused).toEqual([]);
  });
});

function named(recorded: Case): readonly [string, Case] {
  return [recorded.id, recorded];
}

/** `${…}` is a placeholder for the ARN of a resource that the recording tool created. */
function textOf({ definition, definition_raw: raw }: Case): string {
  return (raw ?? JSON.stringify(definition)).replaceAll(
    /\$\{\w+\.(?:activityArn)\}/gu,
    'arn:aws:states:us-east-1:111111111111:activity:a',
  );
}

/** TestState accepts a state, or a machine with the name of the state to test. */
function isMachine(text: string): boolean {
  return Object.hasOwn(JSON.parse(text) as object, 'States');
}

/** Placeholders of the recording match any text. */
function patternOf(message: string): RegExp {
  const parts = message.split(/<[a-zA-Z_:0-9]+>/u);
  return new RegExp(`^${parts.map(escapePattern).join('.*')}$`, 'su');
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
}

function isValidation({ kind }: Case): boolean {
  return kind === 'validate';
}

function isRefusal({ kind }: Case): boolean {
  return kind === 'create_error';
}

function isStateRefusal({ kind, expected }: Case): boolean {
  return (
    kind === 'test_state' &&
    expected.error?.message.startsWith('Invalid State Machine Definition:') === true
  );
}

function wasRun({ kind }: Case): boolean {
  return kind === 'execution';
}

function wasTested({ kind, expected }: Case): boolean {
  return kind === 'test_state' && expected.response !== undefined;
}

type Creation = readonly [string, string, 'STANDARD' | 'EXPRESS', RecordedError];

function refusedCreations(recorded: Case): readonly Creation[] {
  return (recorded.steps ?? []).flatMap(({ params, expect_error: error }): readonly Creation[] => {
    if (error?.code !== 'InvalidDefinition' || params?.definition === undefined) return [];
    return [[recorded.id, params.definition, params.type ?? 'STANDARD', error]];
  });
}
