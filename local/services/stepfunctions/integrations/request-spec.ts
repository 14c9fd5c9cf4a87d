import type { JsonObject } from '../../../../engine/index.ts';
import type { RenderedFailure } from './failures.ts';
import type { SdkService } from './sdk-services.ts';
import type { Task } from './task.ts';

/** What differs between the integrations that make one call and report its answer. */
export interface RequestSpec {
  readonly service: SdkService;
  /** As the API names it: `SendMessage`. */
  readonly operation: string;
  /** For optimized integrations: what their error names begin with, and what a result gets added. */
  readonly optimized?: {
    readonly errorPrefix: string;
    readonly metadata?: (task: Task, output: object) => JsonObject;
  };
  /** Fields AWS takes; others are refused. @default all members of the operation's input */
  readonly fields?: readonly string[];
  /** Finds a reason why the call cannot even be made. */
  readonly unreachable?: (input: Readonly<Record<string, unknown>>) => RenderedFailure | undefined;
  /** Changes the input before the call. */
  readonly adapt?: (input: Readonly<Record<string, unknown>>, task: Task) => object;
  /** Finds a failure in an answer that came with status 200. */
  readonly failureIn?: (output: JsonObject, task: Task) => RenderedFailure | undefined;
}
