import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { setOwn } from '../../../engine/index.ts';
import type { CallOptions, CloudDirectory } from '../../cloud/cloud.ts';
import { callerOf } from '../caller.ts';
import type { WireRequest, WireResponse } from '../protocol.ts';
import { bindingsOf, readBindings } from '../protocols/http-bindings.ts';
import { bucketAndKey } from '../protocols/rest-xml.ts';
import { escapeXml } from '../protocols/xml-codec.ts';
import { readXmlDocument } from '../protocols/xml-reader.ts';
import type { ServiceModel } from '../service-model.ts';
import { MissingField, NotAForm } from './form-errors.ts';
import { checkPolicy, withinRange } from './form-policy.ts';
import { type Form, readForm } from './form-reader.ts';
import { readFormCredentials } from './form-signature.ts';

/** Whether a request is an upload from a form: a POST to a bucket without a subresource. */
export function isFormUpload(request: WireRequest): boolean {
  if (request.method !== 'POST' || request.query.size > 0) return false;
  const { bucket, key } = bucketAndKey(request);
  return bucket !== undefined && key === undefined;
}

interface Upload {
  readonly clouds: CloudDirectory;
  readonly model: ServiceModel;
  readonly options: CallOptions;
}

/**
 * Stores the file of a form, as PutObject does.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(request: WireRequest, upload: Upload): Promise<WireResponse> {
  const contentType = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data/i.test(contentType)) throw new NotAForm();
  const form = await readForm(contentType, request.stream());
  try {
    return await store(request, form, upload);
  } finally {
    await form.end();
  }
}

async function store(request: WireRequest, form: Form, upload: Upload): Promise<WireResponse> {
  const { clouds, model, options } = upload;
  const { bucket = '' } = bucketAndKey(request);
  const key = form.fields.get('key')?.replaceAll('${filename}', () => form.fileName);
  if (key === undefined || key === '') throw new MissingField('key');
  const fields = new Map([...form.fields, ['key', key], ['bucket', bucket]]);
  const credentials = readFormCredentials(fields, clouds.home);
  const range = checkPolicy(fields.get('policy') ?? '', fields, Date.now());
  const { principal, cloud } = callerOf(credentials, clouds, model.wire);
  const Body = Object.assign(Readable.from(withinRange(form.file, range)), { fromForm: true });
  // It can fail before the operation reads it; reading it then throws the error.
  Body.on('error', () => undefined);
  const input = { ...(await inputOf(fields, model)), Bucket: bucket, Key: key, Body };
  const stored = await cloud.call<Stored>(principal, 's3', 'PutObject', input, options);
  return answer({ request, form, bucket, key, stored });
}

interface Stored {
  readonly ETag: string;
  readonly VersionId?: string;
}

/** The members of PutObject that fields name: a field is called like the header, but for two. */
async function inputOf(
  fields: ReadonlyMap<string, string>,
  model: ServiceModel,
): Promise<Record<string, unknown>> {
  const { input } = model.operations.get('PutObject') ?? {};
  if (input === undefined) return {};
  const headers: IncomingHttpHeaders = {};
  for (const [name, value] of fields) setOwn(headers, name === 'acl' ? 'x-amz-acl' : name, value);
  const members = readBindings(bindingsOf(input), headers, new URLSearchParams());
  const tagging = fields.get('tagging');
  return tagging === undefined ? members : { ...members, Tagging: await tagsOf(tagging) };
}

/** PutObject has tags as a query, a form as the document of PutObjectTagging. */
async function tagsOf(document: string): Promise<string> {
  const root = await readXmlDocument(document);
  const tags = new URLSearchParams();
  for (const tag of root.children.flatMap((set) => set.children)) {
    const textOf = (name: string) => tag.children.find((child) => child.name === name)?.text ?? '';
    tags.append(textOf('Key'), textOf('Value'));
  }
  return tags.toString();
}

interface Answered {
  readonly request: WireRequest;
  readonly form: Form;
  readonly bucket: string;
  readonly key: string;
  readonly stored: Stored;
}

function answer({ request, form, bucket, key, stored }: Answered): WireResponse {
  const { ETag, VersionId } = stored;
  const location = `http://${request.headers.host}/${bucket}/${encodeURIComponent(key)}`;
  const headers = {
    etag: ETag,
    location,
    ...(VersionId === undefined ? {} : { 'x-amz-version-id': VersionId }),
  };
  const { fields } = form;
  const redirect = redirectOf(fields.get('success_action_redirect') ?? fields.get('redirect'), {
    bucket,
    key,
    etag: ETag,
  });
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect } };
  const status = fields.get('success_action_status');
  if (status === '200') return { status: 200, headers };
  if (status !== '201') return { status: 204, headers };
  const members = Object.entries({ Location: location, Bucket: bucket, Key: key, ETag })
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${members}</PostResponse>`;
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body };
}

/** An address that cannot be read counts as none. */
function redirectOf(
  address: string | undefined,
  parameters: Readonly<Record<string, string>>,
): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value);
  return url.href;
}
