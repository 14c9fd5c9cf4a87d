import { describeViolations } from '../../cloud/api-model/index.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import { bindOperations } from '../../cloud/operation.ts';
import type { Service } from '../../cloud/service.ts';
import { SYSTEM_TAG_REFUSED } from '../../cloud/system-tags.ts';
import type { WebRequest, WebResponse } from '../../cloud/web.ts';
import { configuredOperations } from './configured.ts';
import { distributionOperations } from './distributions.ts';
import { serve } from './edge/serve.ts';
import { AccessDenied, InvalidArgument, InvalidTagging } from './errors.ts';
import { functionOperations } from './functions/operations.ts';
import { invalidationOperations } from './invalidations.ts';
import { CloudFrontState, siteOf } from './state.ts';
import { tagOperations } from './tags.ts';

/** Amazon CloudFront. */
export function createCloudFrontService(cloud: Cloud): Service {
  const state = new CloudFrontState(cloud);
  return {
    name: 'cloudfront',
    operations: bindOperations(
      state,
      distributionOperations,
      invalidationOperations,
      configuredOperations,
      functionOperations,
      tagOperations,
    ),
    accessDenied: (message) => new AccessDenied(message),
    invalidInput: (violations) => new InvalidArgument(describeViolations(violations)),
    systemTagRefused: () => new InvalidTagging(SYSTEM_TAG_REFUSED),
    sites: () => sitesIn(state),
    web: (request) => answer(state, request),
    stop: () => state.sandbox.stop(),
  };
}

/** In the order in which they were created, so that each keeps its port. */
function sitesIn(state: CloudFrontState): readonly string[] {
  return [...state.store.distributions.entries()]
    .map(([, record]) => record)
    .sort((a, b) => a.createdAt - b.createdAt)
    .map(({ id }) => siteOf(id));
}

/** `<id>.cloudfront.localhost`, with a port or without. */
const HOST = /^([a-z0-9]+)\.cloudfront\.(?:localhost|net)(?::\d+)?$/;

function answer(state: CloudFrontState, request: WebRequest): Promise<WebResponse> | undefined {
  const id = HOST.exec(request.host)?.[1]?.toUpperCase();
  const distribution = id === undefined ? undefined : state.store.distributions.get(id);
  return distribution === undefined ? undefined : serve(state, distribution, request);
}
