import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createIamService } from './index.ts';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = { RoleName: 'r', PolicyArn: 'arn:aws:iam::000000000000:policy/p', PolicyName: 'p' };

  expect(permissionsOf(createIamService, input)).toEqual({
    CreateRole: ['iam:CreateRole arn:aws:iam::000000000000:role/r'],
    GetRole: ['iam:GetRole arn:aws:iam::000000000000:role/r'],
    ListRoles: ['iam:ListRoles *'],
    UpdateRole: ['iam:UpdateRole arn:aws:iam::000000000000:role/r'],
    DeleteRole: ['iam:DeleteRole arn:aws:iam::000000000000:role/r'],
    UpdateAssumeRolePolicy: ['iam:UpdateAssumeRolePolicy arn:aws:iam::000000000000:role/r'],
    PutRolePermissionsBoundary: ['iam:PutRolePermissionsBoundary arn:aws:iam::000000000000:role/r'],
    DeleteRolePermissionsBoundary: [
      'iam:DeleteRolePermissionsBoundary arn:aws:iam::000000000000:role/r',
    ],
    PutRolePolicy: ['iam:PutRolePolicy arn:aws:iam::000000000000:role/r'],
    GetRolePolicy: ['iam:GetRolePolicy arn:aws:iam::000000000000:role/r'],
    ListRolePolicies: ['iam:ListRolePolicies arn:aws:iam::000000000000:role/r'],
    DeleteRolePolicy: ['iam:DeleteRolePolicy arn:aws:iam::000000000000:role/r'],
    AttachRolePolicy: ['iam:AttachRolePolicy arn:aws:iam::000000000000:role/r'],
    DetachRolePolicy: ['iam:DetachRolePolicy arn:aws:iam::000000000000:role/r'],
    ListAttachedRolePolicies: ['iam:ListAttachedRolePolicies arn:aws:iam::000000000000:role/r'],
    TagRole: ['iam:TagRole arn:aws:iam::000000000000:role/r'],
    UntagRole: ['iam:UntagRole arn:aws:iam::000000000000:role/r'],
    ListRoleTags: ['iam:ListRoleTags arn:aws:iam::000000000000:role/r'],
    CreatePolicy: ['iam:CreatePolicy arn:aws:iam::000000000000:policy/p'],
    GetPolicy: ['iam:GetPolicy arn:aws:iam::000000000000:policy/p'],
    ListPolicies: ['iam:ListPolicies *'],
    DeletePolicy: ['iam:DeletePolicy arn:aws:iam::000000000000:policy/p'],
    CreatePolicyVersion: ['iam:CreatePolicyVersion arn:aws:iam::000000000000:policy/p'],
    GetPolicyVersion: ['iam:GetPolicyVersion arn:aws:iam::000000000000:policy/p'],
    ListPolicyVersions: ['iam:ListPolicyVersions arn:aws:iam::000000000000:policy/p'],
    SetDefaultPolicyVersion: ['iam:SetDefaultPolicyVersion arn:aws:iam::000000000000:policy/p'],
    DeletePolicyVersion: ['iam:DeletePolicyVersion arn:aws:iam::000000000000:policy/p'],
    ListEntitiesForPolicy: ['iam:ListEntitiesForPolicy arn:aws:iam::000000000000:policy/p'],
  });
});
