/** What decides where the models of an environment go. */
interface Placed {
  readonly account?: unknown;
  readonly promotesTo?: unknown;
}

/**
 * Whether another account reads the objects of an environment: that of the next environment, to which models are copied, and
 * with `share` that of any later one.
 */
export function leavesAccount(
  name: string,
  environments: Readonly<Record<string, Placed>>,
  handover: unknown,
): boolean {
  const account = environments[name]?.account;
  const seen = new Set([name]);
  let next = environments[name]?.promotesTo;
  while (typeof next === 'string' && !seen.has(next)) {
    const after = environments[next];
    if (after === undefined) return false;
    if (after.account !== account) return true;
    if (handover !== 'share') return false;
    seen.add(next);
    next = after.promotesTo;
  }
  return false;
}
