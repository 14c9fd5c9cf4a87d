import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../cli/new/made-project.testing.ts';
import { SAMPLE_FILES } from '../../cli/new/sample-files.testing.ts';
import { defineProject, type ProjectInput } from '../../definition/index.ts';
import { datasetContractSchema, type InspectionReply } from '../../events/index.ts';
import { inspectDataset } from '../../handlers/inspect-dataset/inspect.ts';

let app: TestApp;
beforeAll(() => {
  app = createTestApp();
});
afterAll(() => app.remove());

/** What becomes of the file when it is uploaded to the project that was made of it. */
async function upload(content: Buffer, input: unknown): Promise<InspectionReply> {
  const project = defineProject(input as ProjectInput);
  const contract = datasetContractSchema.parse({
    ...project.dataset,
    ...project,
    whiteSpace: 'strip',
  });
  const place = { bucket: 'bucket', key: 'key' };
  return inspectDataset(
    {
      project: project.name,
      datasetId: 'id',
      contract,
      sources: [{ ...place, versionId: 'v' }],
      manifest: place,
      record: place,
      dataset: {},
      execution: 'arn',
      requestedAt: '2026-11-29T12:00:00.000Z',
    },
    {
      open: async () => ({ body: Readable.from([content]), sizeBytes: content.length }),
      readFiles: async () => {
        throw new Error('there is no folder');
      },
      writeJson: async () => undefined,
    },
  );
}

it.each(Object.entries(SAMPLE_FILES))(
  'is a project that accepts the file it was made of: %s',
  async (_name, { content, options }) => {
    const { input } = await app.make(app.file('data.csv', content), options);

    expect(await upload(Buffer.from(content), input)).toMatchObject({ accepted: true });
  },
);

it('writes each project as "npm run format" leaves it', async () => {
  const texts: string[] = [];
  for (const [at, { content, options }] of Object.values(SAMPLE_FILES).entries()) {
    const file = app.file('data.csv', content);
    texts.push((await app.make(file, { ...options, name: `made-${at}` })).text);
  }
  const input = texts.join('\n');

  const { stdout } = spawnSync('npx', ['biome', 'format', '--stdin-file-path=project.ts'], {
    input,
    encoding: 'utf8',
  });

  expect(stdout).toBe(input);
});
