/** Objects that are requested before their turn: most are small, and each answer takes longer than reading it. */
const OPENED_AHEAD = 16;

interface Opening<Item, Opened> {
  readonly open: (item: Item) => Promise<Opened>;
  /** Closes what was opened but not read, because the reader ended early. */
  readonly close: (opened: Opened) => void;
}

/** Opens items in their order, some ahead. */
export async function* readAhead<Item, Opened>(
  items: Iterable<Item>,
  { close, open }: Opening<Item, Opened>,
): AsyncGenerator<Opened> {
  const opened: Promise<Opened>[] = [];
  try {
    for (const item of items) {
      const next = open(item);
      // An error is thrown at its turn; until then it must not count as unhandled.
      next.catch(() => undefined);
      opened.push(next);
      if (opened.length < OPENED_AHEAD) continue;
      const first = opened.shift();
      if (first !== undefined) yield await first;
    }
    for (let next = opened.shift(); next !== undefined; next = opened.shift()) yield await next;
  } finally {
    for (const rest of opened) void rest.then(close, () => undefined);
  }
}
