import { Choice, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { CallAwsService } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { when } from '../choice.ts';
import { jsonata } from '../jsonata.ts';
import { type CallServiceProps, callService } from './call-service.ts';

export interface ListPagesProps extends Omit<CallServiceProps, 'assign' | 'outputs'> {
  /** The states that ask whether there is another page, and read it. */
  readonly ids: { readonly question: string; readonly more: string };
  /** Variables by name: what the first page makes of them, and what each further one does. */
  readonly assign: Readonly<Record<string, { readonly first: string; readonly more: string }>>;
  /** The names of the token in requests and in answers. @default NextToken, as most of AWS's APIs have it */
  readonly token?: { readonly request: string; readonly answer: string };
  /** An expression; further pages are read while it holds. @default to the last page */
  readonly while?: string;
  readonly next: IChainable;
  /** What becomes of each request that fails. */
  readonly guard: (task: CallAwsService) => unknown;
}

const NEXT_TOKEN = { request: 'NextToken', answer: 'NextToken' };

/**
 * Reads a list page by page. One page is not enough: lists are filtered after they
 * are cut into pages, and names that merely contain ours take places.
 */
export function listPages(scope: Construct, id: string, props: ListPagesProps): CallAwsService {
  const {
    ids,
    assign,
    next,
    guard,
    while: condition = 'true',
    token = NEXT_TOKEN,
    ...call
  } = props;
  const page = (state: string, which: 'first' | 'more', more: Readonly<Record<string, string>>) => {
    const assigned = Object.entries(assign).map(([name, made]) => [name, jsonata(made[which])]);
    return callService(scope, state, {
      ...call,
      arguments: { ...call.arguments, ...more },
      assign: {
        ...Object.fromEntries(assigned),
        nextToken: jsonata(
          `$type($states.result.${token.answer}) = "string" ? $states.result.${token.answer} : ""`,
        ),
      },
    });
  };
  const first = page(id, 'first', {});
  const more = page(ids.more, 'more', { [token.request]: jsonata('$nextToken') });
  const question = Choice.jsonata(scope, ids.question, {})
    .when(when(`$nextToken != "" and (${condition})`), more)
    .otherwise(next);
  for (const task of [first, more]) {
    guard(task);
    task.next(question);
  }
  return first;
}
