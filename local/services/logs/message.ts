import { parseJson } from '../../../engine/index.ts';

/** The text of a log event. It is parsed once for all filters of its group and for its embedded metrics. */
export class Message {
  readonly text: string;
  #json: { readonly value: unknown } | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The text as JSON; undefined where it is not JSON. */
  json(): unknown {
    this.#json ??= { value: parse(this.text) };
    return this.#json.value;
  }

  /** The JSON that begins at the first brace: Lambda may write a prefix before it. */
  embeddedJson(): unknown {
    const start = this.text.indexOf('{');
    return start <= 0 ? this.json() : parse(this.text.slice(start));
  }
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
