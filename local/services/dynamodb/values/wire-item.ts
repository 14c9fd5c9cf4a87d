import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An unchecked item of a request; attributes may have any name, including `__proto__`. */
export type WireItem = Readonly<Record<string, WireValue>>;
export type WireValue = Readonly<Record<string, unknown>>;

/** An item in the SDK's types. */
export type SdkItem = Record<string, AttributeValue>;
