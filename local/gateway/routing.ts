import type { Protocol, WireRequest } from './protocol.ts';
import { createAwsJsonProtocol } from './protocols/aws-json.ts';
import { awsQuery, retiredQuery, speaksQuery } from './protocols/aws-query.ts';
import { restJson } from './protocols/rest-json.ts';
import { restXml } from './protocols/rest-xml.ts';
import { restXmlDocuments } from './protocols/rest-xml-documents.ts';
import { rpcV2Cbor } from './protocols/rpc-v2-cbor.ts';
import { modelOf, type ServiceModel } from './service-model.ts';
import { WIRE_SERVICES, type WireService } from './wire-services.ts';

const awsJson10 = createAwsJsonProtocol('1.0');
const awsJson11 = createAwsJsonProtocol('1.1');

/** The API and the protocol of a request. */
export interface Route {
  readonly model: ServiceModel;
  readonly protocol: Protocol;
}

/**
 * Finds a request's API: by `X-Amz-Target` or CBOR path, else by the service that it is signed for,
 * else by its path or version. Other requests are for S3.
 *
 * @returns undefined if the request is signed for a service that this runtime lacks
 */
export async function routeOf(
  request: WireRequest,
  signedFor: string | undefined,
): Promise<Route | undefined> {
  const target = targetPrefix(request);
  const wire =
    target === undefined
      ? findBySigning(request, signedFor)
      : WIRE_SERVICES.find((service) => service.targetPrefix === target);
  if (wire === undefined) return undefined;
  const model = await modelOf(wire);
  return { model, protocol: protocolOf(request, model) };
}

function targetPrefix(request: WireRequest): string | undefined {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return String(target).split('.')[0];
  return /^\/service\/([^/]+)\/operation\//.exec(request.path)?.[1];
}

function findBySigning(
  request: WireRequest,
  signedFor: string | undefined,
): WireService | undefined {
  if (signedFor !== undefined) {
    const signed = WIRE_SERVICES.filter((service) => service.signingName === signedFor);
    return (
      signed.find((service) => service.paths?.test(request.path) === true) ??
      signed.find((service) => service.paths === undefined) ??
      signed[0]
    );
  }
  const version = request.query.get('Version');
  return WIRE_SERVICES.find(
    (service) =>
      service.paths?.test(request.path) === true ||
      (version !== null && service.version === version) ||
      service.signingName === 's3',
  );
}

function protocolOf(request: WireRequest, model: ServiceModel): Protocol {
  const contentType = request.headers['content-type'] ?? '';
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor' || contentType === 'application/cbor') {
    return rpcV2Cbor;
  }
  if (request.headers['x-amz-target'] !== undefined) {
    return contentType.includes('1.1') ? awsJson11 : awsJson10;
  }
  if (model.wire.rest === 'json') return restJson;
  if (model.wire.rest === 'xml') return model.wire.name === 's3' ? restXml : restXmlDocuments;
  if (speaksQuery(model)) return awsQuery;
  const isForm = contentType.startsWith('application/x-www-form-urlencoded');
  return model.wire.retiredQueryNamespace !== undefined && (isForm || request.query.has('Action'))
    ? retiredQuery
    : awsJson10;
}
