/** Key material; a rotation adds one, and the former ones still decrypt. */
interface Material {
  /** 256 bits, in Base64. */
  readonly secret: string;
  readonly createdAt: number;
}

/** A symmetric encryption key. */
export interface KeyRecord {
  readonly keyId: string;
  readonly createdAt: number;
  readonly description: string;
  readonly policy: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly isEnabled: boolean;
  /** The oldest first; empty until a key of AWS is first used. */
  readonly materials: readonly Material[];
  /** When it is deleted, in epoch milliseconds; undefined where that is not scheduled. */
  readonly deletionAt?: number;
  readonly pendingDays?: number;
  readonly rotation?: { readonly periodDays: number; readonly since: number };
  /** @default it is the customer's */
  readonly isOfAws?: boolean;
}

export interface AliasRecord {
  /** With `alias/`. */
  readonly name: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
