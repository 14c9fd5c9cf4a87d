import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DynamoTest,
  INDEXED,
  N,
  refusal,
  S,
  sentence,
  startDynamo,
} from '../../testing/dynamodb.testing.ts';

let test: DynamoTest;
let TableName: string;
let keys = 0;

beforeAll(async () => {
  test = await startDynamo();
  TableName = await test.newTable();
});

afterAll(() => test.runtime.stop());

/** An item that no other test uses. */
async function newItem(attributes: object = {}): Promise<{ pk: { S: string } }> {
  keys += 1;
  const Key = { pk: { S: `item-${keys}` } };
  await put({ Item: { ...Key, ...attributes } });
  return Key;
}

const put = (input: object) =>
  test.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: S('x') }, ...input }));

const update = (Key: object, UpdateExpression: string, options: object = {}) =>
  test.dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: Key as never,
      UpdateExpression,
      ReturnValues: 'ALL_NEW',
      ...options,
    }),
  );

const remove = (Key: object, options: object = {}) =>
  test.dynamodb.send(new DeleteItemCommand({ TableName, Key: Key as never, ...options }));

async function read(Key: object, options: object = {}) {
  const { Item } = await test.dynamodb.send(
    new GetItemCommand({ TableName, Key: Key as never, ...options }),
  );
  return Item;
}

const send = async (operation: string, body: string) => {
  const response = await fetch(test.runtime.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body,
  });
  return response.text();
};

describe('an item', () => {
  it('is returned as it was put, with any attribute names', async () => {
    const attributes = {
      text: S('ünïcödé 😀'),
      empty: S(''),
      number: N('-1234567890.12345678901234567890123456'),
      bytes: { B: Uint8Array.of(0, 255, 1) },
      yes: { BOOL: true },
      nothing: { NULL: true },
      texts: { SS: ['a', 'b'] },
      numbers: { NS: ['-1', '2', '10'] },
      list: { L: [N(1), S('x'), { L: [] }] },
      map: { M: { 'a.b c': N(1), constructor: S('c') } },
      constructor: S('constructor'),
    };
    const Key = await newItem();
    await put({ Item: { ...attributes, ...Key } });

    const found = await read(Key);

    expect({ ...found, bytes: undefined }).toEqual({ ...attributes, ...Key, bytes: undefined });
    expect([...(found?.['bytes']?.B ?? [])]).toEqual([0, 255, 1]);
  });

  // The SDK drops the name, so the request is signed and sent without it.
  it('may have an attribute named __proto__', async () => {
    await send(
      'PutItem',
      `{"TableName":"${TableName}","Item":{"pk":{"S":"proto"},"__proto__":{"M":{"__proto__":{"S":"deep"}}}}}`,
    );
    const updated = await send(
      'UpdateItem',
      `{"TableName":"${TableName}","Key":{"pk":{"S":"proto"}},"UpdateExpression":"SET #p.#q = #p.#p","ExpressionAttributeNames":{"#p":"__proto__","#q":"copy"},"ReturnValues":"UPDATED_NEW"}`,
    );
    const found = await send('GetItem', `{"TableName":"${TableName}","Key":{"pk":{"S":"proto"}}}`);

    expect(updated).toBe('{"Attributes":{"__proto__":{"M":{"copy":{"S":"deep"}}}}}');
    expect(found).toContain('"__proto__":{"M":{"__proto__":{"S":"deep"},"copy":{"S":"deep"}}}');
    expect(({} as { readonly S?: unknown }).S).toBeUndefined();
  });

  it('has sorted sets: text by bytes, numbers by value', async () => {
    const Key = await newItem({
      texts: { SS: ['b', 'é', 'a', ''] },
      numbers: { NS: ['10', '9', '-1'] },
    });

    expect(await read(Key)).toMatchObject({
      texts: { SS: ['', 'a', 'b', 'é'] },
      numbers: { NS: ['-1', '9', '10'] },
    });
  });

  it('is projected by paths', async () => {
    const Key = await newItem({
      a: { M: { b: { L: [N(0), N(1), N(2)] }, c: S('c') } },
      d: S('d'),
      name: S('reserved'),
    });

    expect(
      await read(Key, {
        ProjectionExpression: 'a.b[2], a.b[0], #n, nowhere',
        ExpressionAttributeNames: { '#n': 'name' },
      }),
    ).toEqual({ a: { M: { b: { L: [N(0), N(2)] } } }, name: S('reserved') });
  });

  it('is absent from the answer if it does not exist', async () => {
    expect(await read({ pk: S('nobody') })).toBeUndefined();
  });
});

const holds = async (ConditionExpression: string, values?: object, names?: object) => {
  const Key = await newItem({
    n: N(5),
    words: S('hello'),
    things: { L: [S('a'), N(1)] },
    labels: { SS: ['x', 'y'] },
    doc: { M: { deep: N(7) } },
    raw1: { B: Uint8Array.of(1, 2, 3) },
    flag: { BOOL: true },
  });
  const answer = await update(Key, 'SET touched = :touched', {
    ConditionExpression,
    ExpressionAttributeValues: { ':touched': N(1), ...values },
    ...(names !== undefined && { ExpressionAttributeNames: names }),
  }).then(
    () => 'holds',
    (error: Error) => error.message,
  );
  return answer === 'The conditional request failed' ? 'fails' : answer;
};

describe('a condition', () => {
  it.each<[string, string, object?, object?]>([
    ['n = :v', 'holds', { ':v': N('5.0') }],
    ['n = :v', 'fails', { ':v': S('5') }],
    ['n <> :v', 'holds', { ':v': S('5') }],
    ['n < :v', 'holds', { ':v': N(10) }],
    ['n BETWEEN :a AND :b', 'holds', { ':a': N(5), ':b': N(6) }],
    ['n IN (:a, :b)', 'holds', { ':a': N(4), ':b': N(5) }],
    ['nowhere = :v', 'fails', { ':v': N(1) }],
    ['nowhere <> :v', 'holds', { ':v': N(1) }],
    ['nowhere < :v', 'fails', { ':v': N(1) }],
    ['nowhere > :v', 'fails', { ':v': N(1) }],
    ['NOT nowhere = :v', 'holds', { ':v': N(1) }],
    ['attribute_exists(doc.deep) AND attribute_not_exists(doc.nothing)', 'holds'],
    ['attribute_exists(things[1]) and not attribute_exists(things[2])', 'holds'],
    ['attribute_type(labels, :t)', 'holds', { ':t': S('SS') }],
    ['begins_with(words, :v)', 'holds', { ':v': S('hell') }],
    ['begins_with(raw1, :v)', 'holds', { ':v': { B: Uint8Array.of(1, 2) } }],
    ['contains(words, :v)', 'holds', { ':v': S('ell') }],
    ['contains(labels, :v)', 'holds', { ':v': S('y') }],
    ['contains(things, :v)', 'holds', { ':v': N(1) }],
    ['size(words) = :v AND size(labels) = :w', 'holds', { ':v': N(5), ':w': N(2) }],
    ['size(n) = :v', 'fails', { ':v': N(1) }],
    ['n = :a OR n = :b AND n = :c', 'holds', { ':a': N(5), ':b': N(5), ':c': N(6) }],
    ['(n = :a OR n = :b) AND n = :c', 'fails', { ':a': N(5), ':b': N(5), ':c': N(6) }],
    ['doc = :v', 'holds', { ':v': { M: { deep: N('7.00') } } }],
    ['#m.#i = :v', 'holds', { ':v': N(7) }, { '#m': 'doc', '#i': 'deep' }],
    ['flag = :v', 'holds', { ':v': { BOOL: true } }],
    [':v > n', 'holds', { ':v': N(6) }],
  ])('%s: %s', async (condition, expected, values, names) => {
    expect(await holds(condition, values, names)).toBe(expected);
  });

  it('that fails returns the item if the request asks for it', async () => {
    const Key = await newItem({ owner: S('first') });
    const condition = { ConditionExpression: 'attribute_not_exists(pk)' };

    const without = await refusal(put({ Item: Key, ...condition }));
    const withItem = await refusal(
      put({ Item: Key, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    );

    expect(without).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
    });
    expect((without as { Item?: object }).Item).toBeUndefined();
    expect(withItem).toMatchObject({ Item: { ...Key, owner: S('first') } });
    expect(await read(Key)).toEqual({ ...Key, owner: S('first') });
  });

  it('lets exactly one of many create an item', async () => {
    const Item = { pk: S('lock') };
    const claims = Array.from({ length: 40 }, (_, owner) =>
      put({
        Item: { ...Item, owner: N(owner) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }).then(
        () => 'taken',
        (error: Error) => error.name,
      ),
    );

    const answers = await Promise.all(claims);

    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(['taken', 'ConditionalCheckFailedException']));
  });

  it('lets exactly one of two take over an expired lock', async () => {
    const Key = await newItem({ owner: S('dead'), fence: N(1) });
    const takeOver = (owner: string) =>
      update(Key, 'SET #o = :new ADD fence :one', {
        ConditionExpression: '#o = :old',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':new': S(owner), ':old': S('dead'), ':one': N(1) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });

    const [first, second] = await Promise.allSettled([takeOver('one'), takeOver('two')]);

    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected']);
    expect((await read(Key))?.['fence']).toEqual(N(2));
  });
});

const itemOf = (bytes: number) => ({ pk: S('full'), p: S('b'.repeat(bytes - 2 - 4 - 1)) });

const nested = (levels: number) => {
  let value: object = S('leaf');
  for (let level = 1; level < levels; level += 1) value = { M: { n: value } };
  return value;
};

// AWS's messages: enveloped ones as recorded in us-east-1 by dynamodb-conformance, 2026-10-09.
describe('a rejected request', () => {
  it.each<[string, object, string]>([
    [
      'a reserved word',
      { ConditionExpression: 'status = :v', ExpressionAttributeValues: { ':v': N(1) } },
      '1 validation error detected: Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'a syntax error',
      { ConditionExpression: 'attribute_not_exists(' },
      '1 validation error detected: Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("',
    ],
    [
      'an unknown function',
      { ConditionExpression: 'exists(pk)' },
      '1 validation error detected: Invalid ConditionExpression: Invalid function name; function: exists',
    ],
    [
      'a function in capitals',
      { ConditionExpression: 'ATTRIBUTE_EXISTS(pk)' },
      '1 validation error detected: Invalid ConditionExpression: Invalid function name; function: ATTRIBUTE_EXISTS',
    ],
    [
      'redundant parentheses',
      { ConditionExpression: '((attribute_not_exists(pk)))' },
      '1 validation error detected: Invalid ConditionExpression: The expression has redundant parentheses;',
    ],
    [
      'two thousand parentheses, in a stack of any size',
      { ConditionExpression: `${'('.repeat(2_000)}attribute_not_exists(pk)${')'.repeat(2_000)}` },
      '1 validation error detected: Invalid ConditionExpression: The expression has redundant parentheses;',
    ],
    [
      'two equal operands',
      { ConditionExpression: 'contains(a, a)' },
      '1 validation error detected: Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]',
    ],
    [
      'an undefined value',
      { ConditionExpression: 'a = :v' },
      '1 validation error detected: Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v',
    ],
    [
      'an unused value',
      { ConditionExpression: 'attribute_exists(a)', ExpressionAttributeValues: { ':v': N(1) } },
      '1 validation error detected: Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}',
    ],
    [
      'an unused name',
      { ConditionExpression: 'attribute_exists(a)', ExpressionAttributeNames: { '#a': 'a' } },
      '1 validation error detected: Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}',
    ],
    [
      'values without an expression',
      { ExpressionAttributeValues: { ':v': N(1) } },
      '1 validation error detected: ExpressionAttributeValues can only be specified when using expressions',
    ],
    [
      'an empty expression',
      { ConditionExpression: '' },
      '1 validation error detected: Invalid ConditionExpression: The expression can not be empty;',
    ],
    [
      'an empty set',
      { Item: { pk: S('x'), bad: { SS: [] } } },
      '1 validation error detected: One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      'a set with a repeated member',
      { Item: { pk: S('x'), bad: { SS: ['b', 'a', 'b'] } } },
      '1 validation error detected: One or more parameter values were invalid: Input collection ["a", "b", "b"] contains duplicates.',
    ],
    [
      'a set of equal numbers',
      { Item: { pk: S('x'), bad: { NS: ['1', '1.0'] } } },
      '1 validation error detected: One or more parameter values were invalid: Input collection contains duplicates.',
    ],
    [
      'NULL that is false',
      { Item: { pk: S('x'), bad: { NULL: false } } },
      '1 validation error detected: One or more parameter values were invalid: Null attribute value types must have the value of true',
    ],
    [
      'an item without its key',
      { Item: { other: S('x') } },
      'One or more parameter values were invalid: Missing the key pk in the item',
    ],
    [
      'a key of another type',
      { Item: { pk: N(1) } },
      'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    ],
    [
      'an empty key',
      { Item: { pk: S('') } },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk',
    ],
    [
      'a key of 2,049 bytes',
      { Item: { pk: S('k'.repeat(2_049)) } },
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
    ],
    [
      'an item of 401 KB',
      { Item: { pk: S('x'), big: S('b'.repeat(401 * 1024)) } },
      '1 validation error detected: Item size has exceeded the maximum allowed size',
    ],
    [
      'old values that PutItem does not return',
      { ReturnValues: 'ALL_NEW' },
      '1 validation error detected: ReturnValues can only be ALL_OLD or NONE',
    ],
    [
      'a name no table can have',
      { TableName: 'bad table!' },
      "1 validation error detected: Value 'bad table!' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      'an unknown enumeration value',
      { ReturnValues: 'SOME' },
      "1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
    ],
    [
      'an expression of more than 4 KB',
      { ConditionExpression: `attribute_exists(${'a'.repeat(4_096)})` },
      '1 validation error detected: Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4114',
    ],
    [
      // https://github.com/aws/aws-sdk-js/issues/3721
      'more than 300 operators',
      {
        ConditionExpression: Array.from({ length: 151 }, () => 'a = :v').join(' OR '),
        ExpressionAttributeValues: { ':v': N(1) },
      },
      '1 validation error detected: Invalid ConditionExpression: The expression contains too many operators; operator count: 301',
    ],
  ])('for %s', async (_what, input, message) => {
    expect(await sentence(put(input))).toBe(`ValidationException: ${message}`);
  });

  it('for a document of 33 levels, and not of 32', async () => {
    await put({ Item: { pk: S('deep'), deep: nested(32) } });

    expect(await sentence(put({ Item: { pk: S('deep'), deep: nested(33) } }))).toBe(
      'ValidationException: 1 validation error detected: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit',
    );
  });

  it('for one byte more than 400 KB, and not at 400 KB', async () => {
    await put({ Item: itemOf(409_600) });

    expect(await sentence(put({ Item: itemOf(409_601) }))).toContain('maximum allowed size');
  });

  it('for a table that does not exist', async () => {
    expect(await sentence(put({ TableName: 'nothing' }))).toBe(
      'ResourceNotFoundException: Requested resource not found',
    );
  });

  it('for parameters from before expressions, by name', async () => {
    const alone = await refusal(put({ Expected: { pk: { Exists: false } } }));
    const mixed = await sentence(
      put({ Expected: { pk: { Exists: false } }, ConditionExpression: 'attribute_exists(pk)' }),
    );

    expect(alone.name).toBe('NotImplemented');
    expect(alone.message).toContain('the legacy parameter Expected of dynamodb:PutItem');
    expect(mixed).toContain(
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    );
  });

  it('for a key that is not the table’s', async () => {
    const message = 'ValidationException: The provided key element does not match the schema';

    expect(await sentence(read({}))).toBe(message);
    expect(await sentence(read({ pk: N(1) }))).toBe(message);
    expect(await sentence(read({ pk: S('a'), more: S('b') }))).toBe(message);
    expect(await sentence(remove({ other: S('a') }))).toBe(message);
  });
});

describe('an update', () => {
  it('sets, removes, adds and deletes, each based on the item before the update', async () => {
    const Key = await newItem({ a: N(1), b: N(2), gone: S('x'), tags: { SS: ['one', 'two'] } });

    const { Attributes } = await update(
      Key,
      'SET a = b, b = a, #l = list_append(if_not_exists(#l, :none), :more) REMOVE gone ADD tally :n, tags :new DELETE tags2 :new',
      {
        ExpressionAttributeNames: { '#l': 'list' },
        ExpressionAttributeValues: {
          ':none': { L: [] },
          ':more': { L: [S('x')] },
          ':n': N('0.1'),
          ':new': { SS: ['three'] },
        },
      },
    );

    expect(Attributes).toEqual({
      ...Key,
      a: N(2),
      b: N(1),
      list: { L: [S('x')] },
      tally: N('0.1'),
      tags: { SS: ['one', 'three', 'two'] },
    });
  });

  it('creates a missing item', async () => {
    const Key = { pk: S('made by an update') };

    const { Attributes } = await update(Key, 'ADD fence :one', {
      ExpressionAttributeValues: { ':one': N(1) },
    });

    expect(Attributes).toEqual({ ...Key, fence: N(1) });
  });

  it('changes nested values; an index past the end appends', async () => {
    const Key = await newItem({ doc: { M: { things: { L: [N(0), N(1), N(2)] } } } });

    const { Attributes } = await update(
      Key,
      'SET doc.things[9] = :v, doc.made = :v REMOVE doc.things[0], doc.things[1]',
      { ExpressionAttributeValues: { ':v': S('v') }, ReturnValues: 'ALL_NEW' },
    );

    expect(Attributes?.['doc']).toEqual({ M: { things: { L: [N(2), S('v')] }, made: S('v') } });
  });

  it('deletes a set with its last member', async () => {
    const Key = await newItem({ tags: { SS: ['only'] } });

    const { Attributes } = await update(Key, 'DELETE tags :t', {
      ExpressionAttributeValues: { ':t': { SS: ['only'] } },
    });

    expect(Attributes).toEqual(Key);
  });

  it.each([
    ['NONE', undefined],
    ['ALL_OLD', { n: N(1), other: S('o') }],
    ['UPDATED_OLD', { n: N(1) }],
    ['ALL_NEW', { n: N(2), other: S('o') }],
    ['UPDATED_NEW', { n: N(2) }],
  ])('returns the attributes of %s', async (ReturnValues, expected) => {
    const Key = await newItem({ n: N(1), other: S('o') });

    const { Attributes } = await update(Key, 'SET n = n + :one', {
      ExpressionAttributeValues: { ':one': N(1) },
      ReturnValues,
    });

    const withKey = ReturnValues.startsWith('ALL') ? { ...Key, ...expected } : expected;
    expect(Attributes).toEqual(withKey);
  });

  it('adds exactly, beyond the precision of floating point', async () => {
    const Key = await newItem({ n: N('9007199254740993') });

    const { Attributes } = await update(Key, 'SET n = n - :d', {
      ExpressionAttributeValues: { ':d': N('0.00000000000000000001') },
    });

    expect(Attributes?.['n']).toEqual(N('9007199254740992.99999999999999999999'));
  });

  it.each<[string, string, object | undefined, string]>([
    [
      'an attribute that is not there',
      'SET a = nowhere + :v',
      { ':v': N(1) },
      'The provided expression refers to an attribute that does not exist in the item',
    ],
    [
      'text as a number',
      'SET a = words + :v',
      { ':v': N(1) },
      'An operand in the update expression has an incorrect data type',
    ],
    [
      'a path through nothing',
      'SET a.b = :v',
      { ':v': N(1) },
      'The document path provided in the update expression is invalid for update',
    ],
    [
      'the key',
      'SET pk = :v',
      { ':v': S('x') },
      'One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key',
    ],
    [
      'one attribute twice',
      'SET a = :v, a = :v',
      { ':v': N(1) },
      '1 validation error detected: Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]',
    ],
    [
      'a section twice',
      'SET a = :v SET b = :v',
      { ':v': N(1) },
      '1 validation error detected: Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'no section',
      'INVALID SYNTAX HERE',
      undefined,
      '1 validation error detected: Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
    ],
    [
      'a number with 39 digits',
      'SET n = n + :v',
      { ':v': N('1e-38') },
      'Attempting to store more than 38 significant digits in a Number',
    ],
  ])('is refused for %s', async (_what, expression, values, message) => {
    const Key = await newItem({ words: S('t'), n: N(1) });

    const refused = sentence(
      update(Key, expression, values === undefined ? {} : { ExpressionAttributeValues: values }),
    );

    expect(await refused).toBe(`ValidationException: ${message}`);
    expect(await read(Key)).toEqual({ ...Key, words: S('t'), n: N(1) });
  });
});

describe('capacity', () => {
  it('is that of the item and of its indexes', async () => {
    const table = await test.newTable(INDEXED);
    const Item = { pk: S('a'), sk: N(1), gk: S('g'), lk: S('l'), big: S('b'.repeat(3_000)) };
    const request = { TableName: table, ReturnConsumedCapacity: 'INDEXES' } as const;

    const written = await test.dynamodb.send(
      new PutItemCommand({ ...request, Item, ReturnItemCollectionMetrics: 'SIZE' }),
    );
    const found = await test.dynamodb.send(
      new GetItemCommand({ ...request, Key: { pk: S('a'), sk: N(1) }, ConsistentRead: true }),
    );

    expect(written.ConsumedCapacity).toEqual({
      TableName: table,
      CapacityUnits: 5,
      Table: { CapacityUnits: 3 },
      GlobalSecondaryIndexes: { global: { CapacityUnits: 1 } },
      LocalSecondaryIndexes: { local: { CapacityUnits: 1 } },
    });
    expect(written.ItemCollectionMetrics).toEqual({
      ItemCollectionKey: { pk: S('a') },
      SizeEstimateRangeGB: [0, 1],
    });
    expect(found.ConsumedCapacity).toEqual({
      TableName: table,
      CapacityUnits: 1,
      Table: { CapacityUnits: 1 },
    });
  });
});
