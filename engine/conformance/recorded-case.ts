/** An execution on AWS, made of a recording in LocalStack's repository: the request, and what AWS answered. */
export interface RecordedCase {
  readonly id: string;
  readonly kind: string;
  readonly category: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly needs: readonly string[];
  readonly definition: unknown;
  readonly definition_raw?: string;
  readonly input?: unknown;
  readonly input_raw?: string;
  readonly flags?: {
    readonly concurrent?: boolean;
    readonly parallel_sorted?: boolean;
    readonly unordered_keys?: readonly string[];
  };
  readonly placeholders?: readonly string[];
  readonly expected: {
    readonly status?: string;
    readonly output?: unknown;
    readonly error?: string;
    readonly cause?: unknown;
    readonly history?: readonly RecordedEvent[];
  };
}

export type RecordedEvent = Readonly<Record<string, unknown>>;
