import type { JsonObject } from '../../../../engine/index.ts';
import type { RenderedFailure } from './failures.ts';
import type { SdkService } from './sdk-services.ts';
import type { Task } from './task.ts';

/** The differences between integrations that make one call and report its output. */
export interface RequestSpec {
  readonly service: SdkService;
  /** The API's name: `SendMessage`. */
  readonly operation: string;
  /** For optimized integrations: the prefix of their error names, and the additions to a result. */
  readonly optimized?: {
    readonly errorPrefix: string;
    readonly metadata?: (task: Task, output: object) => JsonObject;
  };
  /** The fields that AWS accepts; others are refused. @default all members of the operation's input */
  readonly fields?: readonly string[];
  /** Finds a failure before the call is made. */
  readonly unreachable?: (input: Readonly<Record<string, unknown>>) => RenderedFailure | undefined;
  /** Changes the input before the call. */
  readonly adapt?: (input: Readonly<Record<string, unknown>>, task: Task) => object;
  /** Finds a failure in a response with status 200. */
  readonly failureIn?: (output: JsonObject, task: Task) => RenderedFailure | undefined;
}
