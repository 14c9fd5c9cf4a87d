/** An item as the SDK's types have it; attributes may have any name, `__proto__` included. */
export type WireItem = Readonly<Record<string, WireValue>>;
export type WireValue = Readonly<Record<string, unknown>>;
