import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Cloud } from '../../cloud/cloud.ts';
import type { Principal } from '../../cloud/principal.ts';
import { ServiceError } from '../../cloud/service-error.ts';
import { parseYaml } from '../../host/parse-yaml.ts';
import { checkTemplate, type Template, TemplateProblem } from '../../provision/index.ts';
import { ValidationError } from './errors.ts';
import { shortForms } from './short-forms.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_TEMPLATE_BYTES = 1_048_576;

interface TemplateInput {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
}

/** The text of a template that a request gives, or names in S3. @throws ValidationError */
export async function readTemplateText(
  cloud: Cloud,
  principal: Principal,
  { TemplateBody, TemplateURL }: TemplateInput,
): Promise<string> {
  if (TemplateBody !== undefined) return TemplateBody;
  const place = placeOf(TemplateURL ?? '');
  if (place === undefined) {
    throw new ValidationError('Either Template URL or Template Body must be specified.');
  }
  try {
    const { Body, ContentLength = 0 } = await cloud.call<GetObjectCommandOutput>(
      principal,
      's3',
      'GetObject',
      place,
    );
    if (ContentLength > MAX_TEMPLATE_BYTES) {
      throw new ValidationError(`Template may not exceed ${MAX_TEMPLATE_BYTES} bytes in size.`);
    }
    const content = Body instanceof Uint8Array ? Body : await buffer(Body as Readable);
    return Buffer.from(content).toString('utf8');
  } catch (error) {
    if (!(error instanceof ServiceError) || error instanceof ValidationError) throw error;
    throw new ValidationError(
      `S3 error: ${error.message}\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html`,
    );
  }
}

/** `https://s3.<region>.amazonaws.com/bucket/key` or `https://bucket.s3.<region>.amazonaws.com/key`, or the same at this runtime. */
function placeOf(address: string): { readonly Bucket: string; readonly Key: string } | undefined {
  if (!URL.canParse(address)) return undefined;
  const { hostname, pathname } = new URL(address);
  const path = decodeURIComponent(pathname.slice(1));
  const [, bucket] = /^(.+)\.s3[.-]/.exec(hostname) ?? [];
  if (bucket !== undefined) return { Bucket: bucket, Key: path };
  const at = path.indexOf('/');
  return at <= 0 ? undefined : { Bucket: path.slice(0, at), Key: path.slice(at + 1) };
}

/** A template in JSON or YAML, judged as a whole. @throws ValidationError */
export function parseTemplate(text: string): Template {
  try {
    const value = parseYaml(text, { knowsAllTags: true, customTags: [...shortForms] });
    checkTemplate(value);
    return value;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ValidationError(
      error instanceof TemplateProblem ? message : `Template format error: ${message}`,
    );
  }
}
