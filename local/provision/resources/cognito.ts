import type { ServiceName } from '../../cloud/service-name.ts';
import {
  call,
  createOrUpdate,
  ignoreMissing,
  nameOf,
  type Properties,
  type Provisioned,
  pick,
  type ResourceRequest,
  type ResourceType,
} from '../resource-type.ts';

const SERVICE: ServiceName = 'cognito-idp';

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html */
const MAX_POOL_NAME_LENGTH = 128;

/** Properties that an update can change; the others are kept. */
const POOL_SETTINGS = [
  'AccountRecoverySetting',
  'AdminCreateUserConfig',
  'AutoVerifiedAttributes',
  'DeletionProtection',
  'DeviceConfiguration',
  'EmailConfiguration',
  'EmailVerificationMessage',
  'EmailVerificationSubject',
  'LambdaConfig',
  'MfaConfiguration',
  'Policies',
  'SmsAuthenticationMessage',
  'SmsVerificationMessage',
  'UserAttributeUpdateSettings',
  'UserPoolAddOns',
  'UserPoolTags',
  'UserPoolTier',
  'VerificationMessageTemplate',
] as const;

const FIXED_POOL_SETTINGS = [
  'AliasAttributes',
  'Schema',
  'UsernameAttributes',
  'UsernameConfiguration',
] as const;

const userPool: ResourceType = {
  properties: ['EnabledMfas', 'UserPoolName', ...POOL_SETTINGS, ...FIXED_POOL_SETTINGS],
  hasAddress: true,
  async apply(request) {
    const PoolName = nameOf(request, 'UserPoolName', MAX_POOL_NAME_LENGTH);
    const settings = { PoolName, ...pick(request.properties, POOL_SETTINGS) };
    const previous = request.previous?.physicalId;
    const isUpdated =
      previous !== undefined &&
      (await succeeds(() =>
        call(request, SERVICE, 'UpdateUserPool', { UserPoolId: previous, ...settings }),
      ));
    if (isUpdated) return describePool(request, previous);
    const { UserPool } = await call<{ readonly UserPool: { readonly Id: string } }>(
      request,
      SERVICE,
      'CreateUserPool',
      { ...settings, ...pick(request.properties, FIXED_POOL_SETTINGS) },
    );
    return describePool(request, UserPool.Id);
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'DeleteUserPool', { UserPoolId: request.previous?.physicalId }),
    );
  },
};

/** The issuer is the address of the pool on this machine. */
function describePool({ cloud }: ResourceRequest, UserPoolId: string): Provisioned {
  const provider = `cognito-idp.${cloud.region}.amazonaws.com/${UserPoolId}`;
  return {
    physicalId: UserPoolId,
    attributes: {
      UserPoolId,
      Arn: cloud.arn('cognito-idp', `userpool/${UserPoolId}`),
      ProviderName: provider,
      ProviderURL:
        cloud.endpoint === undefined ? `https://${provider}` : `${cloud.endpoint}/${UserPoolId}`,
    },
  };
}

/** Whether a request succeeds; false if what it is about does not exist. */
async function succeeds(request: () => Promise<unknown>): Promise<boolean> {
  let isDone = false;
  await ignoreMissing(async () => {
    await request();
    isDone = true;
  });
  return isDone;
}

const CLIENT_PROPERTIES = [
  'AccessTokenValidity',
  'AllowedOAuthFlows',
  'AllowedOAuthFlowsUserPoolClient',
  'AllowedOAuthScopes',
  'AuthSessionValidity',
  'CallbackURLs',
  'DefaultRedirectURI',
  'EnableTokenRevocation',
  'ExplicitAuthFlows',
  'GenerateSecret',
  'IdTokenValidity',
  'LogoutURLs',
  'PreventUserExistenceErrors',
  'ReadAttributes',
  'RefreshTokenRotation',
  'RefreshTokenValidity',
  'SupportedIdentityProviders',
  'TokenValidityUnits',
  'UserPoolId',
  'WriteAttributes',
] as const;

interface DescribedClient {
  readonly UserPoolClient: {
    readonly ClientId: string;
    readonly ClientName: string;
    readonly ClientSecret?: string;
  };
}

const userPoolClient: ResourceType = {
  properties: ['ClientName', ...CLIENT_PROPERTIES],
  async apply(request) {
    const ClientName = nameOf(request, 'ClientName', MAX_POOL_NAME_LENGTH);
    const input = { ClientName, ...pick(request.properties, CLIENT_PROPERTIES) };
    const { UserPoolClient: client } = await applyClient(request, input);
    return {
      physicalId: client.ClientId,
      attributes: {
        ClientId: client.ClientId,
        Name: client.ClientName,
        ClientSecret: client.ClientSecret,
        UserPoolId: request.properties['UserPoolId'],
      },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'DeleteUserPoolClient', {
        UserPoolId: request.previous?.attributes['UserPoolId'],
        ClientId: request.previous?.physicalId,
      }),
    );
  },
};

async function applyClient(request: ResourceRequest, input: Properties): Promise<DescribedClient> {
  const { physicalId: ClientId } = formerOf(request) ?? {};
  const { GenerateSecret: _secret, ...changes } = input;
  let updated: DescribedClient | undefined;
  if (ClientId !== undefined) {
    await ignoreMissing(async () => {
      updated = await call<DescribedClient>(request, SERVICE, 'UpdateUserPoolClient', {
        ClientId,
        ...changes,
      });
    });
  }
  return updated ?? call<DescribedClient>(request, SERVICE, 'CreateUserPoolClient', input);
}

/** The resource from an earlier run, if it was of the same pool. */
function formerOf({ previous, properties }: ResourceRequest): Provisioned | undefined {
  return previous?.attributes['UserPoolId'] === properties['UserPoolId'] ? previous : undefined;
}

const userPoolDomain: ResourceType = {
  properties: ['CustomDomainConfig', 'Domain', 'ManagedLoginVersion', 'UserPoolId'],
  async apply(request) {
    const { Domain, UserPoolId } = request.properties;
    const input = pick(request.properties, userPoolDomain.properties as readonly string[]);
    const isKept =
      formerOf(request)?.physicalId === Domain &&
      (await succeeds(() => call(request, SERVICE, 'UpdateUserPoolDomain', input)));
    // A pool has one domain: the old one goes before there is a new one.
    if (!isKept) {
      if (request.previous !== undefined) await userPoolDomain.remove(request);
      await call(request, SERVICE, 'CreateUserPoolDomain', input);
    }
    return { physicalId: String(Domain), attributes: { UserPoolId } };
  },
  async remove(request: ResourceRequest) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'DeleteUserPoolDomain', {
        Domain: request.previous?.physicalId,
        UserPoolId: request.previous?.attributes['UserPoolId'],
      }),
    );
  },
};

const GROUP_PROPERTIES = [
  'Description',
  'GroupName',
  'Precedence',
  'RoleArn',
  'UserPoolId',
] as const;

const userPoolGroup: ResourceType = {
  properties: GROUP_PROPERTIES,
  async apply(request) {
    const GroupName = nameOf(request, 'GroupName', MAX_POOL_NAME_LENGTH);
    const input = { ...pick(request.properties, GROUP_PROPERTIES), GroupName };
    await createOrUpdate<unknown>(
      () => call(request, SERVICE, 'CreateGroup', input),
      () => call(request, SERVICE, 'UpdateGroup', input),
      'GroupExistsException',
    );
    return { physicalId: GroupName, attributes: { UserPoolId: request.properties['UserPoolId'] } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'DeleteGroup', {
        GroupName: request.previous?.physicalId,
        UserPoolId: request.previous?.attributes['UserPoolId'],
      }),
    );
  },
};

const RESOURCE_SERVER_PROPERTIES = ['Identifier', 'Name', 'Scopes', 'UserPoolId'] as const;

const resourceServer: ResourceType = {
  properties: RESOURCE_SERVER_PROPERTIES,
  async apply(request) {
    const { Identifier, UserPoolId } = request.properties;
    const input = { Scopes: [], ...pick(request.properties, RESOURCE_SERVER_PROPERTIES) };
    const isKept =
      formerOf(request)?.physicalId === Identifier &&
      (await succeeds(() => call(request, SERVICE, 'UpdateResourceServer', input)));
    if (!isKept) await call(request, SERVICE, 'CreateResourceServer', input);
    return { physicalId: String(Identifier), attributes: { UserPoolId } };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'DeleteResourceServer', {
        Identifier: request.previous?.physicalId,
        UserPoolId: request.previous?.attributes['UserPoolId'],
      }),
    );
  },
};

const BRANDING_PROPERTIES = [
  'Assets',
  'ClientId',
  'Settings',
  'UseCognitoProvidedValues',
  'UserPoolId',
] as const;

interface DescribedBranding {
  readonly ManagedLoginBranding: { readonly ManagedLoginBrandingId: string };
}

const managedLoginBranding: ResourceType = {
  properties: BRANDING_PROPERTIES,
  async apply(request) {
    const input = pick(request.properties, BRANDING_PROPERTIES);
    const { ClientId, UserPoolId } = input;
    if (request.previous !== undefined) await managedLoginBranding.remove(request);
    const { ManagedLoginBranding } = await call<DescribedBranding>(
      request,
      SERVICE,
      'CreateManagedLoginBranding',
      input,
    );
    const { ManagedLoginBrandingId } = ManagedLoginBranding;
    return {
      physicalId: `${String(UserPoolId)}|${ManagedLoginBrandingId}`,
      attributes: { ClientId, ManagedLoginBrandingId, UserPoolId },
    };
  },
  async remove(request: ResourceRequest) {
    const { ManagedLoginBrandingId, UserPoolId } = request.previous?.attributes ?? {};
    const input = { ManagedLoginBrandingId, UserPoolId };
    await ignoreMissing(() => call(request, SERVICE, 'DeleteManagedLoginBranding', input));
  },
};

const USER_PROPERTIES = [
  'DesiredDeliveryMediums',
  'MessageAction',
  'UserAttributes',
  'UserPoolId',
  'Username',
] as const;

const userPoolUser: ResourceType = {
  properties: USER_PROPERTIES,
  async apply(request) {
    const input = pick(request.properties, USER_PROPERTIES);
    await createOrUpdate<unknown>(
      () => call(request, SERVICE, 'AdminCreateUser', input),
      async () => undefined,
      'UsernameExistsException',
    );
    return {
      physicalId: String(input['Username']),
      attributes: { UserPoolId: input['UserPoolId'] },
    };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'AdminDeleteUser', {
        Username: request.previous?.physicalId,
        UserPoolId: request.previous?.attributes['UserPoolId'],
      }),
    );
  },
};

const MEMBERSHIP_PROPERTIES = ['GroupName', 'UserPoolId', 'Username'] as const;

const groupMembership: ResourceType = {
  properties: MEMBERSHIP_PROPERTIES,
  async apply(request) {
    const attributes = pick(request.properties, MEMBERSHIP_PROPERTIES);
    await call(request, SERVICE, 'AdminAddUserToGroup', attributes);
    return { physicalId: request.logicalId, attributes };
  },
  async remove(request) {
    await ignoreMissing(() =>
      call(request, SERVICE, 'AdminRemoveUserFromGroup', { ...request.previous?.attributes }),
    );
  },
};

export const cognitoResourceTypes = {
  'AWS::Cognito::ManagedLoginBranding': managedLoginBranding,
  'AWS::Cognito::UserPool': userPool,
  'AWS::Cognito::UserPoolClient': userPoolClient,
  'AWS::Cognito::UserPoolDomain': userPoolDomain,
  'AWS::Cognito::UserPoolGroup': userPoolGroup,
  'AWS::Cognito::UserPoolResourceServer': resourceServer,
  'AWS::Cognito::UserPoolUser': userPoolUser,
  'AWS::Cognito::UserPoolUserToGroupAttachment': groupMembership,
};
