import { createHash } from 'node:crypto';

/**
 * The number of invocations of each function in one chain of requests, as AWS's tracing header contains it:
 * `Root=…;Parent=…;Sampled=0;Lineage=1:5f3a09c2:3|77e01b4d:3`. SDKs in a function send the header of its
 * invocation with every request; SQS and SNS forward it, EventBridge and Step Functions do not.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */

/** The maximum number of functions in the header; longer chains drop the first ones. */
const FUNCTIONS_PER_CHAIN = 32;

const VERSION = '1:';

type Lineage = readonly (readonly [functionId: string, invocations: number])[];

/** The number of times that the chain of requests has invoked the function. */
export function invocationsOf(header: string | undefined, functionArn: string): number {
  const id = idOf(functionArn);
  return lineageOf(header).find(([known]) => known === id)?.[1] ?? 0;
}

/** The header of the requests that a function sends in its next invocation. */
export function withInvocation(header: string | undefined, functionArn: string): string {
  const id = idOf(functionArn);
  const others = lineageOf(header).filter(([known]) => known !== id);
  const next: Lineage = [...others, [id, invocationsOf(header, functionArn) + 1] as const];
  const text = next
    .slice(-FUNCTIONS_PER_CHAIN)
    .map(([each, invocations]) => `${each}:${invocations}`)
    .join('|');
  return [...fieldsOf(header).filter(isOther), `Lineage=${VERSION}${text}`].join(';');
}

/** Whether the header has a trace id. */
export function hasRoot(header: string): boolean {
  return fieldsOf(header).some((field) => field.startsWith('Root='));
}

function fieldsOf(header: string | undefined): readonly string[] {
  return (header ?? '').split(';').filter((field) => field !== '');
}

function isOther(field: string): boolean {
  return !field.startsWith('Lineage=');
}

function lineageOf(header: string | undefined): Lineage {
  const field = fieldsOf(header).find((each) => !isOther(each)) ?? '';
  const text = field.slice('Lineage='.length);
  return (text.startsWith(VERSION) ? text.slice(VERSION.length) : text)
    .split('|')
    .flatMap((part) => {
      const [, id = '', invocations] = /^([\da-f]{8}):(\d{1,6})$/.exec(part) ?? [];
      return invocations === undefined ? [] : [[id, Number(invocations)] as const];
    });
}

function idOf(functionArn: string): string {
  return createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
}
