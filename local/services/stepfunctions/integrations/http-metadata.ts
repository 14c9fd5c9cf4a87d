import type { Json, JsonObject } from '../../../../engine/index.ts';
import type { Cloud } from '../../../cloud/cloud.ts';

/** The HTTP metadata that the optimized integrations add to a result. */
export interface AnswerDescription {
  readonly contentType: string;
  readonly contentLength: number;
  /** Additional headers, in AWS's spelling. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Lambda's front end spells it with a capital. @default connection */
  readonly connectionHeader?: 'connection' | 'Connection';
}

/**
 * `SdkHttpMetadata` and `SdkResponseMetadata`. The services of this runtime call each other without HTTP:
 * the headers are those recorded on AWS, with the values of this response.
 */
export function sdkMetadata(cloud: Cloud, answer: AnswerDescription): JsonObject {
  const requestId = cloud.random.uuid();
  const headers: Record<string, string> = {
    ...answer.headers,
    [answer.connectionHeader ?? 'connection']: 'keep-alive',
    'Content-Length': String(answer.contentLength),
    'Content-Type': answer.contentType,
    Date: new Date(cloud.clock.now()).toUTCString(),
    'x-amzn-RequestId': requestId,
  };
  const all: Record<string, Json> = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  );
  return {
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

/** The size of a response in JSON. */
export function jsonLength(output: object): number {
  return Buffer.byteLength(JSON.stringify(output));
}
