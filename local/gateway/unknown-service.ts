import { UnknownService } from './errors.ts';
import type { Protocol, WireRequest, WireResponse } from './protocol.ts';
import { createAwsJsonProtocol } from './protocols/aws-json.ts';
import { awsQuery } from './protocols/aws-query.ts';
import { ec2Query } from './protocols/ec2-query.ts';
import { restJson } from './protocols/rest-json.ts';
import { rpcV2Cbor } from './protocols/rpc-v2-cbor.ts';

/** Services with REST-XML, by their signing names; unlike S3 they render errors as AWS Query does. */
const REST_XML: readonly (string | undefined)[] = ['cloudfront', 'route53'];

/** Answers for a missing service in the protocol of the request, so that clients can read the error. */
export function refuseUnknownService(
  request: WireRequest,
  signedFor: string | undefined,
  requestId: string,
): WireResponse {
  const name = signedFor ?? String(request.headers['x-amz-target'] ?? 'of this name');
  return protocolOf(request, signedFor).renderError({
    model: { wire: {}, namespace: name, error: () => undefined },
    error: new UnknownService(name),
    requestId,
  });
}

function protocolOf(
  { headers, query }: WireRequest,
  signedFor: string | undefined,
): Pick<Protocol, 'renderError'> {
  const contentType = headers['content-type'] ?? '';
  if (headers['smithy-protocol'] === 'rpc-v2-cbor' || contentType === 'application/cbor') {
    return rpcV2Cbor;
  }
  if (headers['x-amz-target'] !== undefined || contentType.startsWith('application/x-amz-json')) {
    return createAwsJsonProtocol(contentType.includes('1.1') ? '1.1' : '1.0');
  }
  if (contentType.startsWith('application/x-www-form-urlencoded') || query.has('Action')) {
    return signedFor === 'ec2' ? ec2Query : awsQuery;
  }
  return REST_XML.includes(signedFor) ? awsQuery : restJson;
}
