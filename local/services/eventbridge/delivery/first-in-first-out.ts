/** Consumed entries are removed in blocks of this size, so that taking one has a constant cost. */
const CUT_AT = 1_024;

/** A queue whose `shift` takes constant time: a loop of events can make the queue long. */
export class FirstInFirstOut<Item> {
  #items: Item[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head >= CUT_AT) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
