import { parse } from 'csv-parse/sync';
import type { SmokeRows, SmokeTestReply, SmokeTestRequest } from '../../events/index.ts';

/** Sends one row and returns the text of the answer. */
export type Endpoint = (row: string) => Promise<string>;

/** The maximum number of failures that are described. */
const FINDINGS = 5;

type Row = SmokeRows['rows'][number];
type Given = Row['expected'];

/**
 * Sends every row, `rounds` times, and compares the answers. While a rollout bakes, the old model
 * answers some of the requests: its recorded answers are right as well, and a row that it could not
 * answer is left out, because its failure would count against the new model. Beside a model on trial
 * the live one must give its recorded answers.
 */
export async function testEndpoint(
  request: SmokeTestRequest,
  rows: SmokeRows,
  endpoint: Endpoint,
): Promise<SmokeTestReply> {
  const answers: (Given | null)[] = [];
  const known = knownAnswers(rows);
  const findings: string[] = [];
  let sent = 0;
  let failed = 0;
  let wrong = 0;
  for (let round = 0; round < request.rounds; round += 1) {
    for (const [index, row] of rows.rows.entries()) {
      const right = rightAnswers(request, row, request.baseline[index]);
      if (right === undefined) continue;
      sent += 1;
      const answer = await ask(endpoint, row.row, known);
      if (round === 0) answers.push(answer.value);
      if (answer.value === null) {
        failed += 1;
        findings.push(`row ${index + 1}: ${answer.problem}`);
      } else if (request.mode !== 'record') {
        const problem = judgeAnswer(answer.value, right, rows.tolerance);
        if (problem === undefined) continue;
        wrong += 1;
        findings.push(`row ${index + 1}: ${problem}`);
      }
    }
  }
  return {
    sent,
    failed,
    wrong,
    answers: request.mode === 'record' ? answers : [],
    findings: findings.slice(0, FINDINGS),
  };
}

interface Answer {
  readonly value: Given | null;
  readonly problem: string;
}

async function ask(endpoint: Endpoint, row: string, known: KnownAnswers): Promise<Answer> {
  try {
    const text = (await endpoint(row)).trim();
    const value = readAnswer(text, known);
    if (value !== undefined) return { value, problem: '' };
    const wanted = known.labels.size === 0 ? 'a number' : 'a label or a number';
    return { value: null, problem: `the answer is not ${wanted} (${text.length} characters)` };
  } catch (error) {
    return { value: null, problem: describeFailure(error) };
  }
}

/** The answers that a model may give. */
interface KnownAnswers {
  /** The classes that are named in the file, and those of its own rows. */
  readonly labels: ReadonlySet<string>;
  /** The numbers of fields of answers that are lines. A label may be a number, followed by its probability. */
  readonly fieldCounts: ReadonlySet<number>;
}

/** Undefined for a text that is neither numbers nor labels: it may repeat the row. */
function readAnswer(text: string, { labels, fieldCounts }: KnownAnswers): Given | undefined {
  if (isNumber(text)) return Number(text);
  const fields = fieldsOf(text);
  const isKnown =
    (labels.size > 0 || fieldCounts.has(fields.length)) &&
    fields.length > 0 &&
    fields.every((field) => isNumber(field) || labels.has(field));
  return isKnown ? text : undefined;
}

function knownAnswers({ labels = [], rows }: SmokeRows): KnownAnswers {
  const lines = rows.flatMap(({ expected }) =>
    typeof expected === 'string' ? [fieldsOf(expected)] : [],
  );
  const texts = lines.flat().filter((field) => !isNumber(field));
  return {
    labels: new Set([...labels, ...texts]),
    fieldCounts: new Set(lines.map(({ length }) => length)),
  };
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** The fields of one line; none where it is not a line of CSV. */
function fieldsOf(line: string): readonly string[] {
  try {
    const records: string[][] = parse(line);
    return records.length === 1 ? (records[0] ?? []) : [];
  } catch {
    return [];
  }
}

/**
 * What kind of failure it was. Not its message: a model's answer may repeat the row it was sent, and
 * findings reach histories, mails and the registry.
 */
function describeFailure(error: unknown): string {
  const {
    name = 'Error',
    OriginalStatusCode: container,
    $metadata: metadata,
  } = (error ?? {}) as Failure;
  const status = metadata?.httpStatusCode;
  const what =
    container !== undefined
      ? `, status ${container} of the container`
      : status !== undefined
        ? `, status ${status}`
        : '';
  return `${name}${what}; see the log of the endpoint`;
}

/** As the SDK throws it. */
interface Failure {
  readonly name?: string;
  readonly OriginalStatusCode?: number;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The answers that count as right; undefined where the row is not sent. */
function rightAnswers(
  { mode }: SmokeTestRequest,
  row: Row,
  recorded: Given | null | undefined,
): readonly Given[] | undefined {
  switch (mode) {
    case 'record':
    case 'verify':
      return [row.expected];
    case 'bake':
      if (recorded === null) return undefined;
      return recorded === undefined ? [row.expected] : [row.expected, recorded];
    case 'unchanged':
      return recorded === null || recorded === undefined ? undefined : [recorded];
  }
}

function judgeAnswer(value: Given, right: readonly Given[], tolerance: number): string | undefined {
  if (right.some((expected) => isClose(value, expected, tolerance))) return undefined;
  return `answered ${value}, expected ${right.join(' or ')}`;
}

/** Numbers within the tolerance, labels exactly. */
function isClose(value: Given, expected: Given, tolerance: number): boolean {
  const [given, wanted] = [fieldsOf(String(value)), fieldsOf(String(expected))];
  return (
    given.length === wanted.length &&
    given.every((field, index) => isFieldClose(field, wanted[index] ?? '', tolerance))
  );
}

function isFieldClose(given: string, wanted: string, tolerance: number): boolean {
  if (!isNumber(given) || !isNumber(wanted)) return given === wanted;
  const expected = Number(wanted);
  return Math.abs(Number(given) - expected) <= tolerance * Math.max(1, Math.abs(expected));
}
