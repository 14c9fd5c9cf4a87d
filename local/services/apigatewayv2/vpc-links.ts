import type {
  ApiGatewayV2,
  CreateVpcLinkRequest,
  DeleteVpcLinkRequest,
  GetVpcLinkRequest,
  GetVpcLinksRequest,
  GetVpcLinksResponse,
  UpdateVpcLinkRequest,
  VpcLink,
} from '@aws-sdk/client-apigatewayv2';
import type { Checked, OperationTable } from '../../cloud/operation.ts';
import { BadRequestException, LimitExceededException, NotFoundException } from './errors.ts';
import { VPC_LINKS } from './limits.ts';
import { pageOf } from './pages.ts';
import { type ApiState, newId, onPath } from './state.ts';
import type { VpcLinkRecord } from './store.ts';

/** VPC links, through which integrations reach listeners of load balancers. */
export const vpcLinkOperations: OperationTable<ApiGatewayV2, ApiState> = {
  CreateVpcLink: {
    permissions: (_input: CreateVpcLinkRequest, state) => onPath(state, 'POST', 'vpclinks'),
    run: (input: Checked<CreateVpcLinkRequest>, state) => create(state, input),
  },
  GetVpcLink: {
    readOnly: true,
    permissions: ({ VpcLinkId }: GetVpcLinkRequest, state) =>
      onPath(state, 'GET', 'vpclinks', VpcLinkId),
    run: ({ VpcLinkId }: GetVpcLinkRequest, state) => describe(find(state, VpcLinkId)),
  },
  GetVpcLinks: {
    readOnly: true,
    permissions: (_input: GetVpcLinksRequest, state) => onPath(state, 'GET', 'vpclinks'),
    run(input: GetVpcLinksRequest, { store }): GetVpcLinksResponse {
      const links = Array.from(store.vpcLinks.entries(), ([, link]) => describe(link));
      return pageOf(links, ({ VpcLinkId }) => VpcLinkId ?? '', input);
    },
  },
  UpdateVpcLink: {
    permissions: ({ VpcLinkId }: UpdateVpcLinkRequest, state) =>
      onPath(state, 'PATCH', 'vpclinks', VpcLinkId),
    run({ Name, VpcLinkId }: UpdateVpcLinkRequest, state): VpcLink {
      const link = find(state, VpcLinkId);
      const changed = { ...link, settings: { ...link.settings, Name: Name ?? link.settings.Name } };
      state.store.vpcLinks.put(link.id, changed);
      return describe(changed);
    },
  },
  DeleteVpcLink: {
    permissions: ({ VpcLinkId }: DeleteVpcLinkRequest, state) =>
      onPath(state, 'DELETE', 'vpclinks', VpcLinkId),
    run: ({ VpcLinkId }: DeleteVpcLinkRequest, state) => remove(state, find(state, VpcLinkId)),
  },
};

/** @throws NotFoundException */
export function find({ store }: ApiState, id = ''): VpcLinkRecord {
  const link = store.vpcLinks.get(id);
  if (link === undefined) throw new NotFoundException(`Unable to find VpcLink with ID ${id}`);
  return link;
}

const ID_LENGTH = 6;

function create(state: ApiState, input: Checked<CreateVpcLinkRequest>): VpcLink {
  const { cloud, store } = state;
  if (store.vpcLinks.size >= VPC_LINKS) {
    throw new LimitExceededException(`An account can have at most ${VPC_LINKS} VPC links`);
  }
  if (input.SubnetIds.length === 0) {
    throw new BadRequestException('At least one subnet must be specified for a VPC link');
  }
  const id = newId(cloud, ID_LENGTH);
  const link: VpcLinkRecord = { id, settings: input, createdAt: cloud.clock.now() };
  store.vpcLinks.put(id, link);
  return describe(link);
}

/** @throws BadRequestException while an integration uses it */
function remove({ store }: ApiState, { id }: VpcLinkRecord): object {
  for (const [, { id: apiId }] of store.apis.entries()) {
    const user = store.integrations.of(apiId).find(({ settings }) => settings.ConnectionId === id);
    if (user === undefined) continue;
    throw new BadRequestException(
      `Cannot delete vpc link. Vpc link '${id}' is referenced by integration ${user.id} of API ${apiId}`,
    );
  }
  store.vpcLinks.delete(id);
  return {};
}

function describe({ createdAt, id, settings }: VpcLinkRecord): VpcLink {
  return {
    CreatedDate: new Date(createdAt),
    Name: settings.Name,
    SecurityGroupIds: settings.SecurityGroupIds ?? [],
    SubnetIds: settings.SubnetIds,
    Tags: settings.Tags ?? {},
    VpcLinkId: id,
    VpcLinkStatus: 'AVAILABLE',
    VpcLinkStatusMessage: 'VPC link is ready to route traffic',
    VpcLinkVersion: 'V2',
  };
}
