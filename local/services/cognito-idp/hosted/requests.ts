import { headerValues, type WebRequest } from '../../../cloud/web.ts';
import { FORM_BYTES } from '../limits.ts';

/** A form that is not one, or is too large. */
export class BadForm extends Error {}

/** The fields of a form. @throws BadForm; ServiceError above the size */
export async function readForm(request: WebRequest): Promise<URLSearchParams> {
  const [type = ''] = headerValues(request, 'content-type');
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) throw new BadForm();
  const body = await request.collect(FORM_BYTES);
  return new URLSearchParams(Buffer.from(body).toString('utf8'));
}

/** The value of a cookie. */
export function cookieOf(request: WebRequest, name: string): string | undefined {
  const prefix = `${name}=`;
  return headerValues(request, 'cookie')
    .flatMap((value) => value.split(/; ?/))
    .find((cookie) => cookie.startsWith(prefix))
    ?.slice(prefix.length);
}

/** The value of a parameter that is given at most once. */
export function single(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
