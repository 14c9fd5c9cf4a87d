import {
  DeleteResourcePolicyCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DynamoTest,
  INDEXED,
  N,
  refusal,
  S,
  startDynamo,
} from '../../testing/dynamodb.testing.ts';

let test: DynamoTest;
let TableName: string;
let roles = 0;

beforeAll(async () => {
  test = await startDynamo();
  TableName = await test.newTable(INDEXED);
  await test.dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: { pk: S('mine'), sk: N(1), gk: S('g'), known: S('o'), covert: S('s') },
    }),
  );
});

afterAll(() => test.runtime.stop());

const tableArn = () => `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;

const document = (Statement: unknown) => JSON.stringify({ Version: '2012-10-17', Statement });

/** A client whose role has the statement. */
async function clientWith(
  ...statements: readonly object[]
): Promise<{ readonly client: DynamoDBClient; readonly roleArn: string }> {
  const iam = new IAMClient(test.runtime.clientConfig);
  const sts = new STSClient(test.runtime.clientConfig);
  roles += 1;
  const RoleName = `reader-${roles}`;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { AWS: '000000000000' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  if (statements.length > 0) {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: 'p',
        PolicyDocument: document(
          statements.map((statement) => ({ Effect: 'Allow', Resource: tableArn(), ...statement })),
        ),
      }),
    );
  }
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn ?? '', RoleSessionName: 'tester' }),
  );
  const client = new DynamoDBClient({
    ...test.runtime.clientConfig,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
  return { client, roleArn: Role?.Arn ?? '' };
}

const put = (pk: string, more: object = {}) =>
  new PutItemCommand({ TableName, Item: { pk: S(pk), sk: N(1), ...more } });
const get = (pk: string, options: object = {}) =>
  new GetItemCommand({ TableName, Key: { pk: S(pk), sk: N(1) }, ...options });

const isDenied = async (call: Promise<unknown>) =>
  await call.then(
    () => 'allowed',
    (error: Error) => error.name,
  );

const scan = (who: DynamoDBClient, IndexName?: string) =>
  isDenied(who.send(new ScanCommand({ TableName, ...(IndexName && { IndexName }) })));

describe('a role', () => {
  it('is denied with AWS’s message by default', async () => {
    const { client } = await clientWith();

    const { name, message } = await refusal(client.send(get('mine')));

    expect(name).toBe('AccessDeniedException');
    expect(message).toBe(
      `User: arn:aws:sts::000000000000:assumed-role/reader-${roles}/tester is not authorized to perform: dynamodb:GetItem on resource: ${tableArn()} because no identity-based policy allows the dynamodb:GetItem action`,
    );
  });

  it('may be restricted to items by their leading keys', async () => {
    const { client } = await clientWith({
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan'],
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'] } },
    });
    const query = (pk: string) =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': S(pk) },
        }),
      );

    expect(await isDenied(client.send(get('mine')))).toBe('allowed');
    expect(await isDenied(client.send(get('yours')))).toBe('AccessDeniedException');
    expect(await isDenied(client.send(put('yours')))).toBe('AccessDeniedException');
    expect(await isDenied(query('mine'))).toBe('allowed');
    expect(await isDenied(query('yours'))).toBe('AccessDeniedException');
  });

  it('may be restricted to attributes', async () => {
    const { client } = await clientWith({
      Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      Condition: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'known'] },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_NEW'] },
      },
    });
    const update = (attribute: string, ReturnValues: 'ALL_NEW' | 'UPDATED_NEW') =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: S('mine'), sk: N(1) },
          UpdateExpression: 'SET #a = :v',
          ExpressionAttributeNames: { '#a': attribute },
          ExpressionAttributeValues: { ':v': S('v') },
          ReturnValues,
        }),
      );

    const asked = [
      client.send(get('mine', { ProjectionExpression: 'known' })),
      client.send(get('mine', { ProjectionExpression: 'known, covert' })),
      update('known', 'UPDATED_NEW'),
      update('covert', 'UPDATED_NEW'),
      update('known', 'ALL_NEW'),
    ];

    expect(await Promise.all(asked.map(isDenied))).toEqual([
      'allowed',
      'AccessDeniedException',
      'allowed',
      'AccessDeniedException',
      'AccessDeniedException',
    ]);
  });

  it('needs the index’s permission for the index', async () => {
    const { client } = await clientWith({ Action: 'dynamodb:Scan' });
    const { client: ofIndex } = await clientWith({
      Action: 'dynamodb:Scan',
      Resource: `${tableArn()}/index/*`,
    });

    expect([await scan(client), await scan(client, 'global')]).toEqual([
      'allowed',
      'AccessDeniedException',
    ]);
    expect([await scan(ofIndex), await scan(ofIndex, 'global')]).toEqual([
      'AccessDeniedException',
      'allowed',
    ]);
  });

  it('needs the permissions of a transaction’s actions', async () => {
    const { client } = await clientWith({
      Action: 'dynamodb:PutItem',
      Condition: { StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } },
    });
    const write = (items: readonly object[]) =>
      isDenied(client.send(new TransactWriteItemsCommand({ TransactItems: items as never })));
    const Put = { TableName, Item: { pk: S('in a transaction'), sk: N(1) } };
    const Delete = { TableName, Key: { pk: S('mine'), sk: N(1) } };

    expect(await write([{ Put }])).toBe('allowed');
    expect(await write([{ Put }, { Delete }])).toBe('AccessDeniedException');
    expect(await isDenied(client.send(put('alone')))).toBe('AccessDeniedException');
  });

  it('is allowed and denied by the table’s own policy', async () => {
    const { client, roleArn } = await clientWith();
    const ResourceArn = tableArn();
    const attach = (Effect: string) =>
      test.dynamodb.send(
        new PutResourcePolicyCommand({
          ResourceArn,
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: {
              Effect,
              Principal: { AWS: roleArn },
              Action: 'dynamodb:GetItem',
              Resource: ResourceArn,
            },
          }),
        }),
      );

    const { RevisionId } = await attach('Allow');
    const allowed = await isDenied(client.send(get('mine')));
    const found = await test.dynamodb.send(new GetResourcePolicyCommand({ ResourceArn }));
    await test.dynamodb.send(new DeleteResourcePolicyCommand({ ResourceArn }));

    expect(allowed).toBe('allowed');
    expect(found.RevisionId).toBe(RevisionId);
    expect(await isDenied(client.send(get('mine')))).toBe('AccessDeniedException');
    expect(
      (await refusal(test.dynamodb.send(new GetResourcePolicyCommand({ ResourceArn })))).name,
    ).toBe('PolicyNotFoundException');
  });
});
