import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createCognitoService } from './index.ts';

const POOL = 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_x';

/** Users and clients call these with what they know, and without credentials of AWS. */
const FREE = [
  ...['ChangePassword', 'GetUser', 'GlobalSignOut'],
  ...['InitiateAuth', 'RespondToAuthChallenge', 'RevokeToken'],
];
const WITHOUT_RESOURCE = ['CreateUserPool', 'DescribeUserPoolDomain', 'ListUserPools'];

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const permissions = permissionsOf(createCognitoService, {
    UserPoolId: 'us-east-1_x',
    ResourceArn: POOL,
  });

  const expected = Object.keys(permissions).map((name) => {
    if (FREE.includes(name)) return [name, []];
    const resource = WITHOUT_RESOURCE.includes(name) ? '*' : POOL;
    return [name, [`cognito-idp:${name} ${resource}`]];
  });
  expect(permissions).toEqual(Object.fromEntries(expected));
  expect(Object.keys(permissions)).toEqual(expect.arrayContaining([...FREE, ...WITHOUT_RESOURCE]));
});
