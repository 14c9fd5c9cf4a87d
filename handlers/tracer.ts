import { Tracer } from '@aws-lambda-powertools/tracer';

/**
 * Apart from the logger, because X-Ray's SDK is a large part of the code of a function that calls nothing. Functions
 * call AWS only, by clients that the tracer captures; it would record each of their HTTP requests a second time.
 */
export const tracer = new Tracer({ captureHTTPsRequests: false });
