import { TaskError } from './run-workflow.ts';

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The claims table as the workflows' tasks see it: conditions on the owner, a growing fence. */
export class ClaimTasks {
  readonly #items = new Map<string, Values>();

  /** putItem where there is none or an own one, updateItem where the former owner still has it. */
  write(request: Readonly<Record<string, unknown>>): unknown {
    const values = request['ExpressionAttributeValues'] as Values;
    const put = request['Item'] as Values | undefined;
    const key = (put ?? (request['Key'] as Values))['claim']?.['S'] ?? '';
    const there = this.#items.get(key);
    const owner = there?.['owner']?.['S'];
    const wanted = put === undefined ? values[':former']?.['S'] : values[':me']?.['S'];
    const holds = put === undefined ? owner === wanted : owner === undefined || owner === wanted;
    if (!holds) {
      throw new TaskError(
        'DynamoDB.ConditionalCheckFailedException',
        'The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: R; Proxy: null)',
      );
    }
    const fence = { N: String(Number(there?.['fence']?.['N'] ?? 0) + 1) };
    this.#items.set(key, put ?? { ...there, owner: { S: values[':me']?.['S'] ?? '' }, fence });
    return {};
  }

  read(request: Readonly<Record<string, unknown>>): unknown {
    const item = this.#items.get((request['Key'] as Values)['claim']?.['S'] ?? '');
    return item === undefined ? {} : { Item: item };
  }
}
