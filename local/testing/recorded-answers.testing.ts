/** What AWS answered to a call, as a public recording has it. */
export interface RecordedError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A call, and the error that AWS gave for it. */
export type RecordedCase = readonly [
  what: string,
  call: () => Promise<unknown>,
  status: number,
  code: string,
  message: string,
];

/** Whatever a call answers, in the terms of a recording; a call that succeeds has no error. */
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
