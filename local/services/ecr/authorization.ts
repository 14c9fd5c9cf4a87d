import type {
  ECR,
  GetAuthorizationTokenRequest,
  GetAuthorizationTokenResponse,
} from '@aws-sdk/client-ecr';
import type { OperationTable } from '../../cloud/operation.ts';
import { TOKEN_LIFETIME_MS } from './limits.ts';
import type { EcrState } from './state.ts';
import { registryOf } from './store.ts';

const TOKEN_DIGITS = 64;

/** Passwords for registry clients. */
export const authorizationOperations: OperationTable<ECR, EcrState> = {
  GetAuthorizationToken: {
    readOnly: true,
    permissions: () => ({ action: 'ecr:GetAuthorizationToken', resource: '*' }),
    run(_: GetAuthorizationTokenRequest, { cloud }): GetAuthorizationTokenResponse {
      const password = cloud.random.hex(TOKEN_DIGITS);
      return {
        authorizationData: [
          {
            authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
            expiresAt: new Date(cloud.clock.now() + TOKEN_LIFETIME_MS),
            proxyEndpoint: `https://${registryOf(cloud)}`,
          },
        ],
      };
    },
  },
};
