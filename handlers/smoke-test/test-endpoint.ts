import type { SmokeRows, SmokeTestReply, SmokeTestRequest } from '../../events/index.ts';

/** Sends one row, gives the answer's text. */
export type Endpoint = (row: string) => Promise<string>;

/** How many failures are put into words. */
const FINDINGS = 5;

type Row = SmokeRows['rows'][number];

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
  const answers: (number | null)[] = [];
  const findings: string[] = [];
  let sent = 0;
  let failed = 0;
  let wrong = 0;
  for (let round = 0; round < request.rounds; round += 1) {
    for (const [index, row] of rows.rows.entries()) {
      const right = rightAnswers(request, row, request.baseline[index]);
      if (right === undefined) continue;
      sent += 1;
      const answer = await ask(endpoint, row.row);
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
  readonly value: number | null;
  readonly problem: string;
}

async function ask(endpoint: Endpoint, row: string): Promise<Answer> {
  try {
    const text = (await endpoint(row)).trim();
    const value = text === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return { value, problem: '' };
    return { value: null, problem: `the answer is not a number (${text.length} characters)` };
  } catch (error) {
    return { value: null, problem: describeFailure(error) };
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
  recorded: number | null | undefined,
): readonly number[] | undefined {
  switch (mode) {
    case 'record':
    case 'verify':
      return [row.expected];
    case 'bake':
      if (recorded === null) return undefined;
      return recorded === undefined ? [row.expected] : [row.expected, recorded];
    case 'unchanged':
      return typeof recorded === 'number' ? [recorded] : undefined;
  }
}

function judgeAnswer(
  value: number,
  right: readonly number[],
  tolerance: number,
): string | undefined {
  if (right.some((expected) => isClose(value, expected, tolerance))) return undefined;
  return `answered ${value}, expected ${right.join(' or ')}`;
}

function isClose(value: number, expected: number, tolerance: number): boolean {
  return Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected));
}
