import { Tracer } from '@aws-lambda-powertools/tracer';

/** Apart from the logger, because X-Ray's SDK is a large part of the code of a function that calls nothing. */
export const tracer = new Tracer();
