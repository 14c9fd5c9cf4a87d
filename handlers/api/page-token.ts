import { ProblemError } from './problem-error.ts';

/** What a page token holds: where each source stands. */
export type PageToken = Readonly<Record<string, string>>;

/** Hides what a page token is made of, because nothing outside may depend on it. */
export function writePageToken(token: PageToken | undefined): string | undefined {
  if (token === undefined) return undefined;
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** @throws ProblemError `malformed-request` */
export function readPageToken(text: string | undefined): PageToken | undefined {
  if (text === undefined) return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (isTexts(token)) return token;
  } catch {
    // Judged below.
  }
  throw badPageToken();
}

/** Of a token that a service does not know. */
export function badPageToken(): ProblemError {
  return new ProblemError('malformed-request', 'The page token is not one of this route.', [
    { parameter: 'pageToken', detail: 'must be nextPageToken of an answer of this route' },
  ]);
}

function isTexts(value: unknown): value is PageToken {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}
