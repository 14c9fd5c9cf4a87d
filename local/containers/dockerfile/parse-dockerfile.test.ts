import { describe, expect, it } from 'vitest';
import type { Instruction } from './instruction.ts';
import { parseDockerfile } from './parse-dockerfile.ts';

/** https://docs.docker.com/reference/dockerfile/, section by section. */
function parse(line: string): object {
  const { stages } = parseDockerfile(`FROM scratch\n${line}\n`);
  const [{ instructions } = { instructions: [] }] = stages;
  return withoutPlace(instructions[0]);
}

function withoutPlace(instruction: Instruction | undefined): object {
  if (instruction === undefined) throw new Error('there is no instruction');
  const place: readonly string[] = ['line', 'endLine', 'source'];
  const rest = Object.entries(instruction).filter(([name]) => !place.includes(name));
  return JSON.parse(JSON.stringify(Object.fromEntries(rest)));
}

const exec = (...words: readonly string[]) => ({ form: 'exec', words });
const shell = (text: string) => ({ form: 'shell', text });
const run = (command: object, more: object = {}) => ({
  kind: 'RUN',
  command,
  heredocs: [],
  mounts: [],
  ...more,
});
const files = (sources: readonly string[], destination: string) => ({
  sources,
  destination,
  inline: [],
  link: false,
  exclude: [],
});
const copy = (sources: readonly string[], destination: string, more: object = {}) => ({
  kind: 'COPY',
  ...files(sources, destination),
  parents: false,
  ...more,
});

describe('each instruction in each of its forms', () => {
  it.each<[string, object]>([
    ['RUN pip install  x && y', run(shell('pip install  x && y'))],
    ['run ["pip", "install", "x"]', run(exec('pip', 'install', 'x'))],
    ["RUN ['single', 'quotes']", run(shell("['single', 'quotes']"))],
    ['RUN ["a", "b"', run(shell('["a", "b"'))],
    ['RUN []', run(exec())],
    [
      'RUN --mount=type=cache,target=/root/.cache --mount=type=secret,id=a --network=none --security=insecure pip install x',
      run(shell('pip install x'), {
        mounts: ['type=cache,target=/root/.cache', 'type=secret,id=a'],
        network: 'none',
        security: 'insecure',
      }),
    ],
    ['CMD ["python", "app.py"]', { kind: 'CMD', command: exec('python', 'app.py') }],
    ['CMD python app.py', { kind: 'CMD', command: shell('python app.py') }],
    ['CMD', { kind: 'CMD', command: shell('') }],
    ['ENTRYPOINT ["python", "-m"]', { kind: 'ENTRYPOINT', command: exec('python', '-m') }],
    ['ENTRYPOINT exec top -b', { kind: 'ENTRYPOINT', command: shell('exec top -b') }],
    ['COPY a.py ./', copy(['a.py'], './')],
    ['COPY a b c/', copy(['a', 'b'], 'c/')],
    ['COPY ["with space", "to here/"]', copy(['with space'], 'to here/')],
    [
      'COPY --from=build --chown=app:app --chmod=755 --link --parents --exclude=*.pyc --exclude=x /a /b',
      copy(['/a'], '/b', {
        from: 'build',
        chown: 'app:app',
        chmod: '755',
        link: true,
        parents: true,
        exclude: ['*.pyc', 'x'],
      }),
    ],
    ['COPY --link=false a b', copy(['a'], 'b')],
    [
      'ADD --keep-git-dir=true --unpack=false https://example.com/a.tar /b',
      {
        kind: 'ADD',
        ...files(['https://example.com/a.tar'], '/b'),
        keepGitDir: true,
        unpack: false,
      },
    ],
    [
      `ADD --checksum=sha256:${'0'.repeat(64)} https://example.com/a /b`,
      {
        kind: 'ADD',
        ...files(['https://example.com/a'], '/b'),
        keepGitDir: false,
        checksum: `sha256:${'0'.repeat(64)}`,
      },
    ],
    [
      'ENV A=1 B="two words" C=three\\ words',
      env(['A', '1'], ['B', '"two words"'], ['C', 'three\\ words']),
    ],
    ['ENV ONE TWO= THREE=world', env(['ONE', 'TWO= THREE=world'])],
    ['ENV A=', env(['A', ''])],
    ['LABEL a.b="c d" e=f', { kind: 'LABEL', labels: pairs(['a.b', '"c d"'], ['e', 'f']) }],
    ['LABEL maintainer Some One', { kind: 'LABEL', labels: pairs(['maintainer', 'Some One']) }],
    ['ARG A', { kind: 'ARG', declarations: [{ name: 'A' }] }],
    [
      'ARG A=1 B C="x y"',
      {
        kind: 'ARG',
        declarations: [
          { name: 'A', defaultValue: '1' },
          { name: 'B' },
          { name: 'C', defaultValue: '"x y"' },
        ],
      },
    ],
    ['WORKDIR /path with spaces', { kind: 'WORKDIR', path: '/path with spaces' }],
    ['USER app:group', { kind: 'USER', user: 'app:group' }],
    ['EXPOSE 80/tcp 53/udp', { kind: 'EXPOSE', ports: ['80/tcp', '53/udp'] }],
    ['VOLUME /a /b', { kind: 'VOLUME', paths: ['/a', '/b'] }],
    ['VOLUME ["/a b"]', { kind: 'VOLUME', paths: ['/a b'] }],
    ['STOPSIGNAL SIGQUIT', { kind: 'STOPSIGNAL', signal: 'SIGQUIT' }],
    ['SHELL ["/bin/bash", "-c"]', { kind: 'SHELL', words: ['/bin/bash', '-c'] }],
    ['MAINTAINER Some One <a@b.c>', { kind: 'MAINTAINER', name: 'Some One <a@b.c>' }],
    ['HEALTHCHECK NONE', { kind: 'HEALTHCHECK' }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=3s --start-period=500ms --start-interval=1s --retries=5 CMD curl -f localhost || exit 1',
      {
        kind: 'HEALTHCHECK',
        command: shell('curl -f localhost || exit 1'),
        intervalMs: 90_000,
        timeoutMs: 3_000,
        startPeriodMs: 500,
        startIntervalMs: 1_000,
        retries: 5,
      },
    ],
    ['HEALTHCHECK cmd ["a", "b"]', { kind: 'HEALTHCHECK', command: exec('a', 'b') }],
  ])('%s', (line, expected) => {
    expect(parse(line)).toEqual(expected);
  });

  it('ONBUILD holds another instruction', () => {
    const { trigger } = parse('ONBUILD COPY . /app') as { trigger: Instruction };

    expect(withoutPlace(trigger)).toEqual(copy(['.'], '/app'));
  });
});

function pairs(...given: readonly (readonly [string, string])[]): readonly object[] {
  return given.map(([name, value]) => ({ name, value }));
}

function env(...given: readonly (readonly [string, string])[]): object {
  return { kind: 'ENV', variables: pairs(...given) };
}

describe('each instruction misused', () => {
  it.each<[string, string]>([
    ['COPY onlyone', 'COPY: needs at least one source and a destination'],
    [
      'COPY --form=build a b',
      'COPY: --form is unknown; it has --chown, --chmod, --link, --exclude, --from, --parents',
    ],
    ['COPY --from a b', 'COPY: --from has no value'],
    ['COPY --from=a --from=b c d', 'COPY: --from is given twice'],
    ['COPY --link=maybe a b', 'COPY: --link is true or false, and not "maybe"'],
    ['COPY ["a", 1]', 'COPY: an array in JSON must consist of strings only'],
    ['COPY a <<EOF\nEOF', 'COPY: a heredoc cannot be the destination'],
    ['ADD x', 'ADD: needs at least one source and a destination'],
    [
      'ADD --checksum=md5:1 a b',
      'ADD: --checksum is sha256: and 64 hexadecimal digits, or a commit',
    ],
    ['ENV', 'ENV: needs at least one argument'],
    ['ENV A', 'ENV: A has no value'],
    ['ENV A=1 B', 'ENV: "B" is not of the form name=value'],
    ['ENV =1', 'ENV: "=1" has no name'],
    ['ENV --x A=1', 'ENV: --x is unknown; this instruction has no flags'],
    ['LABEL a', 'LABEL: a has no value'],
    ['ARG', 'ARG: needs at least one argument'],
    ['ARG =1', 'ARG: "=1" has no name'],
    ['WORKDIR', 'WORKDIR: needs exactly one argument'],
    ['USER', 'USER: needs exactly one argument'],
    ['EXPOSE', 'EXPOSE: needs at least one argument'],
    ['VOLUME [""]', 'VOLUME: a path is empty'],
    ['VOLUME', 'VOLUME: needs at least one argument'],
    ['STOPSIGNAL', 'STOPSIGNAL: needs exactly one argument'],
    ['SHELL /bin/bash -c', 'SHELL: is an array in JSON, as ["/bin/bash", "-c"]'],
    ['SHELL []', 'SHELL: needs at least one word'],
    ['MAINTAINER', 'MAINTAINER: needs exactly one argument'],
    ['HEALTHCHECK', 'HEALTHCHECK: needs CMD or NONE'],
    ['HEALTHCHECK CMD', 'HEALTHCHECK: the command after CMD is missing'],
    ['HEALTHCHECK CMD []', 'HEALTHCHECK: the command after CMD is missing'],
    ['HEALTHCHECK NONE x', 'HEALTHCHECK: NONE takes no arguments'],
    ['HEALTHCHECK TCP 80', 'HEALTHCHECK: TCP is neither CMD nor NONE'],
    [
      'HEALTHCHECK --interval=5 CMD a',
      'HEALTHCHECK: "5" is not a duration: write for example 30s or 1m30s',
    ],
    ['HEALTHCHECK --timeout=10us CMD a', 'HEALTHCHECK: 10us is less than a millisecond'],
    ['HEALTHCHECK --retries=-1 CMD a', 'HEALTHCHECK: --retries=-1 is not a whole number'],
    ['ONBUILD', 'ONBUILD: needs at least one argument'],
    ['ONBUILD ONBUILD RUN a', 'ONBUILD: ONBUILD cannot be a trigger'],
    ['ONBUILD FROM a', 'ONBUILD: FROM cannot be a trigger'],
    ['FROM', 'FROM: needs an image, or an image AS a name'],
    ['FROM a b', 'FROM: needs an image, or an image AS a name'],
    [
      'FROM a AS 1b',
      'FROM: 1b cannot be the name of a stage: it starts with a letter, followed by letters, digits, -, _ and .',
    ],
    ['COMMAND x', 'COMMAND is not an instruction'],
    ['RUN ["a", ["b"]]', 'RUN: an array in JSON must consist of strings only'],
    ['RUN <<EOF\nunended', 'the heredoc <<EOF has no line "EOF"'],
  ])('%s', (line, reason) => {
    expect(() => parse(line)).toThrow(`Dockerfile line 2: ${reason}`);
  });

  it.each([
    ['', 'line 1: the file has no instructions'],
    ['# only a comment\n\n', 'line 1: the file has no instructions'],
    ['ARG A=1', 'line 1: the file has no FROM'],
    ['\nRUN x\nFROM a', 'line 2: RUN stands before the first FROM, where only ARG can stand'],
    ['# escape=x\nFROM a', 'line 1: the escape character x is neither \\ nor `'],
    ['# escape=`\n# escape=`\nFROM a', 'line 2: only one escape parser directive can be used'],
    [`FROM a\n#${'x'.repeat(65_536)}`, 'line 2: the line is longer than 65535 bytes'],
    ['x'.repeat(1024 * 1024 + 1), 'line 1: the file is larger than 1048576 bytes'],
  ])('the file %j', (text, message) => {
    expect(() => parseDockerfile(text)).toThrow(`Dockerfile ${message}`);
  });
});

function sources(text: string): readonly (readonly [number, number, string])[] {
  return parseDockerfile(text).stages.flatMap(({ instructions }) =>
    instructions.map(({ endLine, line, source }) => [line, endLine, source] as const),
  );
}

describe('lines', () => {
  it('joins continued lines and drops comments and empty lines between them', () => {
    const text = 'FROM a\nRUN one \\\n# comment\n\n  two \\  \n three\n  CMD x\r\n';

    expect(sources(text)).toEqual([
      [2, 6, 'RUN one   two  three'],
      [7, 7, 'CMD x'],
    ]);
  });

  it('keeps a # that does not start a line', () => {
    expect(sources('FROM a\nRUN echo a # b')).toEqual([[2, 2, 'RUN echo a # b']]);
  });

  it('continues lines with ` where the directive says so', () => {
    const text = '\uFEFF# syntax=docker/dockerfile:1\n# Escape = `\nFROM a\nENV A=C:\\ `\n  B=2';

    expect(parseDockerfile(text).directives).toEqual({
      syntax: 'docker/dockerfile:1',
      escape: '`',
    });
    expect(sources(text)).toEqual([[4, 5, 'ENV A=C:\\   B=2']]);
  });

  it('reads no directive after another comment or instruction', () => {
    expect(parseDockerfile('# a comment\n# escape=`\nFROM a').directives).toEqual({ escape: '\\' });
    expect(parseDockerfile('# unknown=1\n# escape=`\nFROM a').directives).toEqual({ escape: '\\' });
    expect(parseDockerfile('FROM a\n# escape=`').directives).toEqual({ escape: '\\' });
  });

  it('continues with the instruction after a heredoc', () => {
    const text = 'FROM a\nRUN <<EOF\n# not a comment\nCMD no \\\nEOF\nCMD yes';

    expect(sources(text)).toEqual([
      [2, 5, 'RUN <<EOF'],
      [6, 6, 'CMD yes'],
    ]);
    const [{ instructions } = { instructions: [] }] = parseDockerfile(text).stages;
    expect(instructions[0]).toMatchObject({
      heredocs: [
        { name: 'EOF', expand: true, chomp: false, content: '# not a comment\nCMD no \\\n' },
      ],
    });
  });

  it('reads several heredocs, quoted names and leading tabs', () => {
    const text = 'COPY <<"A" <<-B /to/\n$x\nA\n\t\tone\n\tB';

    expect(parse(text)).toMatchObject({
      sources: [],
      destination: '/to/',
      inline: [
        { name: 'A', expand: false, content: '$x\n' },
        { name: 'B', expand: true, chomp: true, content: 'one\n' },
      ],
    });
  });

  it('reads << in a shell command with unbalanced quotes as the shell would', () => {
    expect(parse("RUN echo it's << nothing")).toEqual(run(shell("echo it's << nothing")));
    expect(parse('RUN ["cat", "<<EOF"]')).toEqual(run(exec('cat', '<<EOF')));
  });
});

describe('stages', () => {
  it('start with FROM, and ARG may stand before the first', () => {
    const { globalArguments, stages } = parseDockerfile(
      'ARG V=3.12\nFROM --platform=$BUILDPLATFORM python:$V AS Build\nRUN a\nFROM build\nRUN b\nRUN c',
    );

    expect(globalArguments.map((argument) => argument.declarations)).toEqual([
      [{ name: 'V', defaultValue: '3.12' }],
    ]);
    expect(
      stages.map(({ from, instructions }) => [
        from.image,
        from.stage,
        from.platform,
        instructions.length,
      ]),
    ).toEqual([
      ['python:$V', 'build', '$BUILDPLATFORM', 1],
      ['build', undefined, undefined, 2],
    ]);
  });
});
