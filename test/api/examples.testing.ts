import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type ProblemKind, problems } from '../../api/index.ts';
import type { ApiRuntime } from './api-runtime.ts';
import { personIn } from './call-api.ts';

const run = promisify(execFile);

interface Example {
  readonly title: string;
  readonly command: string;
  /** Of the answer that the page shows. */
  readonly status: number;
  readonly problems: readonly ProblemKind[];
}

/** Every example of docs/api.md. */
function readExamples(): readonly Example[] {
  const page = readFileSync('docs/api.md', 'utf8');
  return page
    .split(/^### /m)
    .slice(1)
    .map((part) => ({
      title: /^`(.+)`/.exec(part)?.[1] ?? '',
      command: /```sh\n([\s\S]+?)\n```/.exec(part)?.[1] ?? '',
      status: Number(/^(\d{3}): /m.exec(part)?.[1]),
      problems: [...(/^Problems: (.+)\.$/m.exec(part)?.[1] ?? '').matchAll(/`([\w-]+)`/g)].map(
        ([, kind = '']) => kind as ProblemKind,
      ),
    }));
}

/** What the examples name, as it is in the runtime. */
export type Names = Readonly<Record<string, string>>;

/** Runs every example of docs/api.md with curl. */
export function describeExamples(api: () => ApiRuntime, names: () => Names): void {
  describe('every example of docs/api.md', () => {
    it('has the answer of the page, or one of its problems', async () => {
      const person = personIn('everybody', 'viewer', 'operator', 'approver');
      const { access_token: TOKEN } = await api().tokensOf(person);
      const answer = async ({ title, command, ...expected }: Example) => {
        const { status, body } = await runCurl(rename(command, names()), api().site, TOKEN);
        return [title, judge(status, body, expected)] as const;
      };
      const examples = readExamples();
      const reads = examples.filter(({ title }) => title.startsWith('GET'));
      const answers = await Promise.all(reads.map(answer));
      for (const example of examples)
        if (!reads.includes(example)) answers.push(await answer(example));
      const changes = answers.slice(reads.length);
      // The app of the test has no pipeline.
      expect(answers.slice(0, reads.length)).toEqual(
        reads.map(({ title }) => [
          title,
          title.startsWith('GET /delivery') ? 'problem no-delivery' : 'as shown',
        ]),
      );
      expect(changes.filter(([, judged]) => !/^(as shown$|problem )/.test(judged))).toEqual([]);
      expect(changes.filter(([, judged]) => judged === 'as shown').length).toBeGreaterThan(4);
    });
  });
}

function rename(command: string, names: Names): string {
  return Object.entries(names).reduce((text, [from, to]) => text.replaceAll(from, to), command);
}

async function runCurl(command: string, API: string, TOKEN: string) {
  const { stdout } = await run(
    'bash',
    ['-c', `${command} --silent --write-out '\\n%{http_code}'`],
    {
      env: { PATH: process.env['PATH'], API, TOKEN },
    },
  );
  const end = stdout.lastIndexOf('\n');
  return {
    status: Number(stdout.slice(end + 1)),
    body: JSON.parse(stdout.slice(0, end)) as object,
  };
}

function judge(
  status: number,
  body: object,
  expected: Pick<Example, 'status' | 'problems'>,
): string {
  if (status === expected.status) return 'as shown';
  const kind = 'type' in body ? String(body.type).replace('urn:stepmill:problem:', '') : '';
  const isNamed =
    expected.problems.some((each) => each === kind) &&
    problems[kind as ProblemKind].status === status;
  return isNamed && kind !== 'internal-error'
    ? `problem ${kind}`
    : `${status} ${JSON.stringify(body)}`;
}
