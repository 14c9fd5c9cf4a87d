import { crc32 } from 'node:zlib';
import { unsupported } from './failures.ts';
import { requestIntegration } from './request-response.ts';
import { sdkService, shapeOfOperation } from './sdk-services.ts';
import type { Integration } from './task.ts';

/**
 * `arn:aws:states:::aws-sdk:<service>:<action>`: any operation of any service this runtime has.
 * @param name the service, in lower case
 * @param action in camelCase
 */
export function sdkIntegration(name: string, action: string): Integration {
  const service = sdkService(name);
  if (service === undefined) return missing(`aws-sdk:${name}`);
  const operation = action.slice(0, 1).toUpperCase() + action.slice(1);
  if (shapeOfOperation(service, operation) === undefined) {
    return missing(`aws-sdk:${name}:${action}`);
  }
  const adapt = adapters[`${name}:${operation}`];
  return requestIntegration({ service, operation, ...(adapt === undefined ? {} : { adapt }) });
}

type Input = Readonly<Record<string, unknown>>;

/** Changes that the AWS SDK for Java 2 makes to a request. */
const adapters: Readonly<Record<string, (input: Input) => Input>> = {
  's3:PutObject': describedUpload,
};

/** The content type of texts, in which Step Functions passes every body: LocalStack's recorded `test_s3_put_object`. */
const TEXT_CONTENT = 'text/plain; charset=UTF-8';

function describedUpload(input: Input): Input {
  return checksummed({ ...input, ContentType: input['ContentType'] ?? TEXT_CONTENT });
}

/** Uploads get a CRC32 unless they have another checksum. */
function checksummed(input: Input): Input {
  if (Object.keys(input).some((name) => name.startsWith('Checksum'))) return input;
  const body = input['Body'];
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body instanceof Uint8Array ? body : ''));
  return { ...input, ChecksumAlgorithm: 'CRC32', ChecksumCRC32: checksum.toString('base64') };
}

/** An integration that AWS has and this runtime lacks; its task fails with an error that names it. */
export function missing(resource: string): Integration {
  return {
    refusal: () => undefined,
    async start({ reporter }) {
      reporter.started();
      reporter.failed(
        unsupported(
          `stepmill has no service integration '${resource}'. The task did nothing. docs/local.md lists the integrations there are.`,
        ),
      );
    },
  };
}
