import type {
  ApiGatewayV2,
  GetTagsRequest,
  GetTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { OperationTable } from '../../cloud/operation.ts';
import { NotFoundException } from './errors.ts';
import { type ApiState, findApi, onPath } from './state.ts';

/** The tags of APIs and stages. */
export const tagOperations: OperationTable<ApiGatewayV2, ApiState> = {
  GetTags: {
    readOnly: true,
    permissions: (input: GetTagsRequest, state) => onPath(state, 'GET', 'tags', input.ResourceArn),
    run: (input: GetTagsRequest, state): GetTagsResponse => ({
      Tags: { ...find(state, input.ResourceArn).tags },
    }),
  },
  TagResource: {
    permissions: (input: TagResourceRequest, state) =>
      onPath(state, 'POST', 'tags', input.ResourceArn),
    run(input: TagResourceRequest, state): object {
      const { tags, put } = find(state, input.ResourceArn);
      put({ ...tags, ...input.Tags });
      return {};
    },
  },
  UntagResource: {
    permissions: (input: UntagResourceRequest, state) =>
      onPath(state, 'DELETE', 'tags', input.ResourceArn),
    run(input: UntagResourceRequest, state): void {
      const { tags, put } = find(state, input.ResourceArn);
      const kept = Object.entries(tags).filter(([key]) => input.TagKeys?.includes(key) !== true);
      put(Object.fromEntries(kept));
    },
  },
};

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
  readonly put: (tags: Record<string, string>) => void;
}

/** @throws NotFoundException for an ARN that is not of an API or a stage here */
function find(state: ApiState, arn = ''): Tagged {
  const { cloud, store } = state;
  const prefix = `arn:${cloud.partition}:apigateway:${cloud.region}::/apis/`;
  const [apiId = '', kind, stageName] = arn.startsWith(prefix)
    ? arn.slice(prefix.length).split('/')
    : [];
  const api = findApi(state, apiId);
  if (kind === undefined) {
    const put = (Tags: Record<string, string>) =>
      store.apis.put(api.id, { ...api, settings: { ...api.settings, Tags } });
    return { tags: api.settings.Tags ?? {}, put };
  }
  const stage = kind === 'stages' ? store.stages.get(api.id, stageName ?? '') : undefined;
  if (stage === undefined) throw new NotFoundException('Invalid Stage identifier specified');
  const put = (Tags: Record<string, string>) =>
    store.stages.put({ ...stage, settings: { ...stage.settings, Tags } });
  return { tags: stage.settings.Tags ?? {}, put };
}
