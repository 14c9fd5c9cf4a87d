import type { Schemas } from '../../api/client/index.ts';

/**
 * Sends a file to S3 by a form of the API. `fetch` does not report the progress of what it sends.
 *
 * @returns the version that S3 gave it
 * @throws Error with what S3 answered
 */
export function postForm(
  form: Schemas['Upload'],
  file: File,
  onProgress: (share: number) => void,
): Promise<string | undefined> {
  const data = new FormData();
  for (const [field, value] of Object.entries(form.fields)) data.append(field, value);
  // S3 ignores fields after the file.
  data.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', form.url);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener('error', () => reject(new Error('The connection to S3 was lost')));
    request.addEventListener('load', () => {
      if (request.status >= 300) reject(new Error(`S3 refused the file: ${request.responseText}`));
      else resolve(request.getResponseHeader('x-amz-version-id') ?? undefined);
    });
    request.send(data);
  });
}
