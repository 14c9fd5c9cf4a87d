/** Datapoints that say enough. */
const SHOWN = 1;

/** What CloudWatch says of an alarm, with the newest of the datapoints that it lists, and how many more there are. */
export function shortenReason(reason: string): string {
  return reason.replace(/\[(-?[\d.]+(?:E-?\d+)? \([^)]+\)(?:, )?)+\]/, (list) => {
    const points = list.slice(1, -1).split(/(?<=\)), /);
    const more = points.length - SHOWN;
    return more <= 0 ? list : `[${points.slice(0, SHOWN).join(', ')} and ${more} before]`;
  });
}
