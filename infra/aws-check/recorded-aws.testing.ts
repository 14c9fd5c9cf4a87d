import type { Answer } from './recorded-answers.testing.ts';

/** The part of a request that the query protocol has. */
interface SentRequest {
  readonly hostname: string;
  readonly body?: unknown;
}

/**
 * Takes the place of AWS behind clients of the SDK for services of the query protocol: keeps the members of
 * each request and answers with bytes as AWS sends them.
 */
export class RecordedAws {
  readonly requests: Readonly<Record<string, string>>[] = [];
  readonly #answer: (request: Readonly<Record<string, string>>) => Answer;

  constructor(answer: (request: Readonly<Record<string, string>>) => Answer) {
    this.#answer = answer;
  }

  /** The settings of a client that calls this AWS. */
  get config() {
    return {
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'check', secretAccessKey: 'check' },
      requestHandler: { handle: (request: SentRequest) => Promise.resolve(this.#handle(request)) },
    };
  }

  #handle({ body }: SentRequest) {
    const request = Object.fromEntries(new URLSearchParams(String(body)));
    this.requests.push(request);
    const { status, xml } = this.#answer(request);
    const headers = { 'content-type': 'text/xml' };
    return { response: { statusCode: status, headers, body: Buffer.from(xml) } };
  }
}
