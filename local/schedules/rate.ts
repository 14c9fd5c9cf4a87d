const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** The largest rate: a 32-bit integer, as in the rest of EventBridge's models. */
const LARGEST_RATE = 2_147_483_647;

/** `rate(5 minutes)`: a period in milliseconds. */
export interface Rate {
  readonly periodMs: number;
  /** Whether the unit is singular for 1 and plural for other values. */
  readonly agrees: boolean;
}

/** @returns undefined if the expression is not a rate */
export function parseRate(expression: string): Rate | undefined {
  const { groups } =
    /^rate\((?<count>[1-9]\d*) (?<unit>minute|hour|day)(?<plural>s?)\)$/.exec(expression) ?? {};
  const count = Number(groups?.['count'] ?? 0);
  if (groups === undefined || count > LARGEST_RATE) return undefined;
  return {
    periodMs: count * (UNIT_MS[groups['unit'] ?? ''] ?? 0),
    agrees: (count === 1) === (groups['plural'] === ''),
  };
}
