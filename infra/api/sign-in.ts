import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  type UserPoolDomain,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { groups, nameScope, RESOURCE_SERVER, scopes } from '../../api/index.ts';

export interface SignInProps {
  readonly environment: string;
  readonly retain: boolean;
}

const CLIENT_LIFETIMES = {
  accessTokenValidity: Duration.hours(1),
  idTokenValidity: Duration.hours(1),
  refreshTokenValidity: Duration.days(1),
};

/** The people and what they may be: a user pool with managed login, groups and scopes. */
export class SignIn extends Construct {
  readonly pool: UserPool;
  readonly domain: UserPoolDomain;

  constructor(scope: Construct, id: string, { environment, retain }: SignInProps) {
    super(scope, id);
    this.pool = createPool(this, retain);
    this.pool.addResourceServer('Scopes', {
      identifier: RESOURCE_SERVER,
      scopes: Object.entries(scopes).map(
        ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
      ),
    });
    for (const [groupName, description] of Object.entries(groups)) {
      new UserPoolGroup(this, groupName, { userPool: this.pool, groupName, description });
    }
    this.domain = this.pool.addDomain('Domain', {
      // Prefixes are unique in a region.
      cognitoDomain: { domainPrefix: `stepmill-${environment}-${Stack.of(this).account}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
  }

  /** The address of the sign-in pages. */
  get address(): string {
    const { region } = Stack.of(this);
    return `https://${this.domain.domainName}.auth.${region}.amazoncognito.com`;
  }

  /**
   * Adds the client of a page, which has no secret and so proves itself by PKCE.
   *
   * @param origins where the page is, without a path
   */
  addClient(id: string, origins: readonly string[]): UserPoolClient {
    const client = new UserPoolClient(this, id, {
      userPool: this.pool,
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [
          OAuthScope.OPENID,
          OAuthScope.EMAIL,
          OAuthScope.PROFILE,
          ...(Object.keys(scopes) as (keyof typeof scopes)[]).map((scope) =>
            OAuthScope.custom(nameScope(scope)),
          ),
        ],
        callbackUrls: origins.flatMap((origin) => [`${origin}/`, `${origin}/signed-in`]),
        logoutUrls: origins.map((origin) => `${origin}/`),
      },
      ...CLIENT_LIFETIMES,
    });
    client.node.addDependency(...this.node.children.filter((child) => child.node.id !== id));
    // Without it a newer managed login has no page:
    // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-managed-login.html
    new CfnManagedLoginBranding(this, `${id}Pages`, {
      userPoolId: this.pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    return client;
  }
}

function createPool(scope: Construct, retain: boolean): UserPool {
  return new UserPool(scope, 'People', {
    selfSignUpEnabled: false,
    signInAliases: { username: true, email: true },
    standardAttributes: { email: { required: true, mutable: true } },
    autoVerify: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    featurePlan: FeaturePlan.ESSENTIALS,
    mfa: Mfa.OPTIONAL,
    mfaSecondFactor: { otp: true, sms: false },
    passwordPolicy: {
      minLength: 12,
      requireDigits: true,
      requireLowercase: true,
      requireUppercase: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(7),
    },
    deletionProtection: retain,
    removalPolicy: retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
  });
}
