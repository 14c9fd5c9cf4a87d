import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createStsService } from './index.ts';

const ROLE = 'arn:aws:iam::000000000000:role/r';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = { RoleArn: ROLE, RoleSessionName: 's' };

  expect(permissionsOf(createStsService, input)).toEqual({
    AssumeRole: ['sts:AssumeRole arn:aws:iam::000000000000:role/r {"sts:RoleSessionName":"s"}'],
    GetCallerIdentity: [],
  });
});
