/** Objects that are requested before their turn: most are small, and each answer takes longer than reading it. */
const OPENED_AHEAD = 16;

/** Opens items in their order, some ahead. */
export async function* readAhead<Item, Opened>(
  items: Iterable<Item>,
  open: (item: Item) => Promise<Opened>,
): AsyncGenerator<Opened> {
  const opened: Promise<Opened>[] = [];
  for (const item of items) {
    const next = open(item);
    // An error is thrown at its turn; until then it must not count as unhandled.
    next.catch(() => undefined);
    opened.push(next);
    if (opened.length < OPENED_AHEAD) continue;
    const first = opened.shift();
    if (first !== undefined) yield await first;
  }
  for (const rest of opened) yield await rest;
}
