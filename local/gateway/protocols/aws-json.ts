import type { ServiceError } from '../../cloud/service-error.ts';
import { UnknownOperation } from '../errors.ts';
import type { ErrorReply, OutputReply, Protocol, WireRequest, WireResponse } from '../protocol.ts';
import type { ErrorVocabulary, ServiceModel } from '../service-model.ts';
import { readJson, renderJson, toJson } from './json-codec.ts';

const CODEC_OPTIONS = { useJsonName: false };

/** AWS JSON 1.0 and 1.1: `POST /`, the operation in `X-Amz-Target`, the input in the body. */
export function createAwsJsonProtocol(version: '1.0' | '1.1'): Protocol {
  const headers = (requestId: string) => ({
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-requestid': requestId,
  });

  return {
    parse(request: WireRequest, model: ServiceModel) {
      const target = String(request.headers['x-amz-target'] ?? '');
      const operation = target.slice(target.indexOf('.') + 1);
      if (operation === '') {
        throw new UnknownOperation('The request has no operation in its X-Amz-Target header');
      }
      return {
        operation,
        async readInput({ input }) {
          const body = await request.collect(model.wire.bodyLimitBytes);
          // Operations without input can be sent with an empty body.
          return input === undefined || body.length === 0
            ? {}
            : readJson(input, body.toString('utf8'), {
                ...CODEC_OPTIONS,
                // InvalidMessageContents
                takesLoneSurrogates: model.wire.name === 'sqs',
              });
        },
      };
    },

    renderOutput({ operation, output, requestId }: OutputReply): WireResponse {
      const body =
        operation.output === undefined ? '{}' : renderJson(operation.output, output, CODEC_OPTIONS);
      return { status: 200, headers: headers(requestId), body };
    },

    renderError({ model, error, requestId }: ErrorReply): WireResponse {
      const namespace = model.wire.errorNamespace?.(error.code) ?? model.namespace;
      const type = version === '1.0' ? `${namespace}#${error.code}` : error.code;
      const body = { __type: type, message: error.message, ...errorMembers(model, error) };
      return {
        status: error.status,
        headers: { ...headers(requestId), ...queryErrorHeader(model, error) },
        body: JSON.stringify(body),
      };
    },
  };
}

/** The error's other members, in the form of its model if it has one. */
export function errorMembers(model: ErrorVocabulary, error: ServiceError): object {
  const shape = model.error(error.code)?.shape;
  return shape === undefined
    ? error.members
    : toJsonObject(toJson(shape, error.members, CODEC_OPTIONS));
}

function toJsonObject(value: unknown): object {
  return value as object;
}

/** Query-compatible services give older clients their error code. */
export function queryErrorHeader(
  model: ErrorVocabulary,
  error: ServiceError,
): Readonly<Record<string, string>> {
  if (model.wire.awsQueryCompatible !== true) return {};
  const code = error.queryCode ?? model.error(error.code)?.awsQueryError?.[0] ?? error.code;
  return { 'x-amzn-query-error': `${code};${error.fault === 'client' ? 'Sender' : 'Receiver'}` };
}
