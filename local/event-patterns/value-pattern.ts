import { type IpRange, isInRange } from './ip-range.ts';
import { matchesWildcard, type Wildcard } from './wildcard.ts';

/** A leaf of an event; numbers keep their spelling, because numbers too big to compare can be equal as text. */
export type Leaf =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'other'; readonly value: 'true' | 'false' | 'null' };

/** One alternative of a field of a pattern. `absent` is evaluated with all fields. */
export type ValuePattern =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present' }
  | { readonly kind: 'equals'; readonly leaf: Leaf }
  | { readonly kind: 'prefix' | 'suffix'; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: 'equals-ignore-case'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly parts: Wildcard }
  | { readonly kind: 'numeric'; readonly range: NumericRange }
  | { readonly kind: 'ip'; readonly range: IpRange }
  | { readonly kind: 'anything-but'; readonly of: readonly ValuePattern[] };

export interface NumericRange {
  readonly low?: { readonly value: number; readonly open: boolean };
  readonly high?: { readonly value: number; readonly open: boolean };
}

/** Numbers outside this range are not compared, as on AWS. */
export const NUMERIC_LIMIT = 5e9;

/** Whether a present leaf satisfies one alternative. */
export function matchesLeaf(leaf: Leaf, pattern: ValuePattern): boolean {
  switch (pattern.kind) {
    case 'absent':
      return false;
    case 'present':
      return true;
    case 'equals':
      return leaf.type === pattern.leaf.type && leaf.value === pattern.leaf.value;
    case 'anything-but':
      return !pattern.of.some((excluded) => matchesLeaf(leaf, excluded));
    case 'numeric':
      return leaf.type === 'number' && isWithin(leaf.value, pattern.range);
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
    case 'ip':
      return leaf.type === 'string' && matchesText(leaf.value, pattern);
  }
}

type TextPattern = Extract<
  ValuePattern,
  { readonly kind: 'prefix' | 'suffix' | 'equals-ignore-case' | 'wildcard' | 'ip' }
>;

function matchesText(text: string, pattern: TextPattern): boolean {
  switch (pattern.kind) {
    case 'equals-ignore-case':
      return text.toLowerCase() === pattern.text.toLowerCase();
    case 'wildcard':
      return matchesWildcard(text, pattern.parts);
    case 'ip':
      return isInRange(text, pattern.range);
    case 'prefix':
    case 'suffix': {
      const [whole, part] = pattern.ignoreCase
        ? [text.toLowerCase(), pattern.text.toLowerCase()]
        : [text, pattern.text];
      return pattern.kind === 'prefix' ? whole.startsWith(part) : whole.endsWith(part);
    }
  }
}

function isWithin(value: number, { low, high }: NumericRange): boolean {
  if (Math.abs(value) > NUMERIC_LIMIT) return false;
  if (low !== undefined && (low.open ? value <= low.value : value < low.value)) return false;
  return high === undefined || (high.open ? value < high.value : value <= high.value);
}
