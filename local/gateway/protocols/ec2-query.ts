import type { ErrorReply, Protocol, WireResponse } from '../protocol.ts';
import { escapeXml } from './xml-codec.ts';

/** EC2's dialect of AWS Query. This runtime has no EC2, so only errors are rendered. */
export const ec2Query: Pick<Protocol, 'renderError'> = {
  renderError({ error, requestId }: ErrorReply): WireResponse {
    const body =
      `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
      body,
    };
  },
};
