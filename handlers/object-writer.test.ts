import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { ObjectWriter } from './object-writer.ts';

const place = { bucket: 'bucket', key: 'a/b.csv' };

/** What S3 was asked for, and the object that came of it. */
function recordingClient() {
  const commands: string[] = [];
  const parts: Buffer[] = [];
  let object: Buffer | undefined;
  const send = async (command: unknown) => {
    commands.push((command as object).constructor.name);
    if (command instanceof PutObjectCommand) object = command.input.Body as Buffer;
    if (command instanceof CreateMultipartUploadCommand) return { UploadId: 'u' };
    if (command instanceof UploadPartCommand) {
      parts.push(command.input.Body as Buffer);
      return { ETag: `"${command.input.PartNumber}"` };
    }
    if (command instanceof CompleteMultipartUploadCommand) {
      expect(command.input).toMatchObject({ Bucket: 'bucket', Key: 'a/b.csv', UploadId: 'u' });
      expect(command.input.MultipartUpload?.Parts).toEqual(
        parts.map((_part, index) => ({ PartNumber: index + 1, ETag: `"${index + 1}"` })),
      );
      object = Buffer.concat(parts);
    }
    if (command instanceof AbortMultipartUploadCommand) expect(command.input.UploadId).toBe('u');
    return {};
  };
  return { client: { send } as unknown as S3Client, commands, parts, object: () => object };
}

describe('writing an object of unknown length', () => {
  it('takes one request for a small one', async () => {
    const { client, commands, object } = recordingClient();
    const writer = new ObjectWriter(client, place, 'text/csv');

    await writer.write('a');
    await writer.write('');
    await writer.write('é\n');
    await writer.end();

    expect(commands).toEqual(['PutObjectCommand']);
    expect(object()?.toString()).toBe('aé\n');
  });

  it('sends a large one in parts that S3 takes', async () => {
    const { client, commands, object, parts } = recordingClient();
    const writer = new ObjectWriter(client, place, 'text/csv');
    const line = `${'é'.repeat(99_999)}\n`;

    for (let count = 0; count < 100; count += 1) await writer.write(line);
    await writer.end();

    expect(object()?.equals(Buffer.from(line.repeat(100)))).toBe(true);
    expect(parts).toHaveLength(3);
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    expect(parts.slice(0, -1).every(({ length }) => length >= 5 * 1024 * 1024)).toBe(true);
    expect(commands.at(-1)).toBe('CompleteMultipartUploadCommand');
  });

  it('leaves nothing where it is given up', async () => {
    const small = recordingClient();
    const large = recordingClient();
    const writers = [small, large].map(({ client }) => new ObjectWriter(client, place, 'text/csv'));
    await writers[0]?.write('a');
    await writers[1]?.write('a'.repeat(9_000_000));

    for (const writer of writers) await writer.abort();

    expect(small.commands).toEqual([]);
    expect(large.commands).toEqual([
      'CreateMultipartUploadCommand',
      'UploadPartCommand',
      'AbortMultipartUploadCommand',
    ]);
  });
});
