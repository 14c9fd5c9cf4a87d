import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { compileExpression, type Scope } from '../../engine/jsonata/expression.ts';
import { isPlainObject } from '../../engine/jsonata/values.ts';
import type { JudgedCase } from './table.ts';

/** A case of JSONata's own suite: https://github.com/jsonata-js/jsonata/blob/v2.0.6/test/test-suite/TESTSUITE.md. */
interface SuiteCase {
  readonly expr?: string;
  readonly 'expr-file'?: string;
  readonly data?: unknown;
  readonly dataset?: string | null;
  readonly bindings?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly undefinedResult?: boolean;
  readonly code?: string;
  readonly error?: { readonly code?: string };
}

/** Runs the official suite of a checkout of jsonata-js/jsonata. */
export function runJsonataSuite(checkout: string): readonly JudgedCase[] {
  const suite = join(checkout, 'test/test-suite');
  if (!existsSync(suite)) throw new Error(`${suite} does not exist; name a checkout of jsonata.`);
  const groups = readdirSync(join(suite, 'groups'), { withFileTypes: true });
  return groups
    .filter((each) => each.isDirectory())
    .flatMap(({ name }) => readGroup(suite, name).map((each) => judge(suite, name, each)));
}

function readGroup(suite: string, group: string): readonly (SuiteCase & { readonly id: string })[] {
  const folder = join(suite, 'groups', group);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => {
    const content = readJson(join(folder, file)) as SuiteCase | readonly SuiteCase[];
    const cases = Array.isArray(content)
      ? (content as readonly SuiteCase[])
      : [content as SuiteCase];
    return cases.map((each, index) => ({ ...each, id: `${file}#${index}` }));
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function judge(
  suite: string,
  group: string,
  each: SuiteCase & { readonly id: string },
): JudgedCase {
  const text =
    each.expr ?? readFileSync(join(suite, 'groups', group, each['expr-file'] ?? ''), 'utf8');
  const expected = expectationOf(each);
  const actual = evaluate(text, inputOf(suite, each), each.bindings ?? {});
  const agrees = isDeepStrictEqual(actual, expected);
  return {
    group,
    name: each.id,
    verdict: { L1: agrees },
    difference: agrees
      ? undefined
      : `${shorten(text)}: expected ${shorten(JSON.stringify(expected))}, got ${shorten(JSON.stringify(actual))}`,
  };
}

function shorten(text: string | undefined): string {
  const line = (text ?? 'nothing').replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

type Outcome = { readonly value: unknown } | { readonly code: string | undefined };

function expectationOf(each: SuiteCase): Outcome {
  if (each.undefinedResult === true) return { value: undefined };
  if ('result' in each) return { value: each.result };
  return { code: each.code ?? each.error?.code };
}

function inputOf(suite: string, { data, dataset }: SuiteCase): unknown {
  if (data !== undefined) return data;
  return typeof dataset === 'string'
    ? readJson(join(suite, 'datasets', `${dataset}.json`))
    : undefined;
}

function evaluate(
  text: string,
  input: unknown,
  bindings: Readonly<Record<string, unknown>>,
): Outcome {
  const scope: Scope = {
    lookup: (name) => (name === '$' ? input : bindings[name]),
    now: () => Date.UTC(2026, 0, 1),
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
  };
  try {
    const value = compileExpression(text).evaluate(scope, input);
    return { value: plain(value) };
  } catch (error) {
    // What AWS's limits end has no code; the suite calls its own limits U1001.
    return { code: (error as { readonly code?: string }).code ?? 'U1001' };
  }
}

/** Sequences carry marks that a comparison would see. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
