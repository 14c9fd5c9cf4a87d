import { TaskError } from './run-workflow.ts';

type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Request = Readonly<Record<string, unknown>>;

/** The claims table for the workflows' tasks: conditions on the owner, and a fence that increases. */
export class ClaimTasks {
  readonly #items = new Map<string, Values>();

  /** Answers a task of any claim; undefined for every other task. */
  answer(state: string, request: Request): unknown {
    if (/^(Claim|Take over) /.test(state)) return this.#write(request);
    if (/^(Read claim on|Confirm) /.test(state)) return this.#read(request);
    if (state.startsWith('Release ')) return this.#remove(request);
    return undefined;
  }

  ownerOf(key: string): string | undefined {
    return this.#items.get(key)?.['owner']?.['S'];
  }

  /** The key and the owner of every claim. */
  *owners(): Iterable<readonly [key: string, owner: string | undefined]> {
    for (const key of this.#items.keys()) yield [key, this.ownerOf(key)];
  }

  hold(key: string, owner: string): void {
    this.#items.set(key, { claim: { S: key }, owner: { S: owner }, fence: { N: '1' } });
  }

  free(key: string): void {
    this.#items.delete(key);
  }

  /** putItem where there is no claim or it is the owner's; updateItem where the former owner still holds it. */
  #write(request: Request): unknown {
    const values = request['ExpressionAttributeValues'] as Values;
    const put = request['Item'] as Values | undefined;
    const key = keyOf(put ?? request['Key']);
    const there = this.#items.get(key);
    const owner = this.ownerOf(key);
    const wanted = put === undefined ? values[':former']?.['S'] : values[':me']?.['S'];
    const holds = put === undefined ? owner === wanted : owner === undefined || owner === wanted;
    if (!holds) throw conditionFailed();
    const fence = { N: String(Number(there?.['fence']?.['N'] ?? 0) + 1) };
    this.#items.set(key, put ?? { ...there, owner: { S: values[':owner']?.['S'] ?? '' }, fence });
    return {};
  }

  #read(request: Request): unknown {
    const item = this.#items.get(keyOf(request['Key']));
    return item === undefined ? {} : { Item: item };
  }

  #remove(request: Request): unknown {
    const key = keyOf(request['Key']);
    const values = request['ExpressionAttributeValues'] as Values;
    if (this.ownerOf(key) !== values[':me']?.['S']) throw conditionFailed();
    this.#items.delete(key);
    return {};
  }
}

function keyOf(item: unknown): string {
  return (item as Values)['claim']?.['S'] ?? '';
}

function conditionFailed(): TaskError {
  return new TaskError(
    'DynamoDB.ConditionalCheckFailedException',
    'The conditional request failed (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: R; Proxy: null)',
  );
}
