/** A recorded error of AWS. */
export interface RecordedError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A call, and AWS's recorded error for it. */
export type RecordedCase = readonly [
  what: string,
  call: () => Promise<unknown>,
  status: number,
  code: string,
  message: string,
];

/** The error of a call, in the form of a recording; `succeeded` for a call without an error. */
export async function errorOf(call: Promise<unknown>): Promise<RecordedError | 'succeeded'> {
  try {
    await call;
    return 'succeeded';
  } catch (error) {
    const { $metadata, Error: inner, Code, name, message } = error as SdkError;
    return {
      status: $metadata?.httpStatusCode ?? 0,
      code: inner?.Code ?? Code ?? name,
      message: inner?.Message ?? message,
    };
  }
}

interface SdkError {
  readonly $metadata?: { readonly httpStatusCode?: number };
  /** Query and XML services put AWS's own code here. */
  readonly Error?: { readonly Code?: string; readonly Message?: string };
  readonly Code?: string;
  readonly name: string;
  readonly message: string;
}
