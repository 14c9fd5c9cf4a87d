import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../dockerfile/index.ts';
import type { StagePlan } from './plan.ts';
import { type PlanOptions, planImage } from './plan-image.ts';
import { RecipeRefused } from './refusal.ts';

function plan(text: string, options: PlanOptions = {}): StagePlan {
  const { stages, target } = planImage(parseDockerfile(text), options);
  const stage = stages[target];
  if (stage === undefined) throw new Error('the target is not planned');
  return stage;
}

function refusals(text: string, options: PlanOptions = {}): readonly string[] {
  try {
    planImage(parseDockerfile(text), options);
  } catch (error) {
    if (error instanceof RecipeRefused) {
      return error.refusals.map(
        ({ instruction, line, reason }) => `${line}: ${instruction}: ${reason}`,
      );
    }
    throw error;
  }
  return [];
}

const python = (...lines: readonly string[]) => ['FROM python:3.12-slim', ...lines].join('\n');

const shell = (text: string) => ['/bin/sh', '-c', text];

const steps = (...lines: readonly string[]) => plan(python('WORKDIR /w', ...lines)).steps.slice(1);

const requirementsOf = (command: string) =>
  steps(`RUN ${command}`).flatMap((step) =>
    step.kind === 'install' ? [step.location, step.pip.requirements] : [],
  );

const locationsOf = (...lines: readonly string[]) =>
  steps(...lines).flatMap((step) => (step.kind === 'install' ? step.location : []));

const environment = (...lines: readonly string[]) => plan(python(...lines)).config.environment;

const commandOf = (...lines: readonly string[]) => {
  const { command, entrypoint } = plan(python(...lines)).config;
  return [...entrypoint, ...command];
};

describe('the base image', () => {
  it.each([
    ['python:3.12', '3.12'],
    ['python:3.12.4-slim-bookworm', '3.12'],
    ['docker.io/library/python:3.11-alpine', '3.11'],
    ['public.ecr.aws/docker/library/python:3.13-slim', '3.13'],
    [`python:3.13-slim@sha256:${'a'.repeat(64)}`, '3.13'],
    ['public.ecr.aws/lambda/python:3.12', '3.12'],
    ['public.ecr.aws/lambda/python:3.12-arm64', '3.12'],
    ['683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3', '3.12'],
    ['scratch', undefined],
  ])('%s has Python %s', (image, expected) => {
    expect(plan(`FROM ${image}`).base.python).toBe(expected);
  });

  it.each([
    'python',
    'python:latest',
    'python:3',
    'python:3.8-slim-buster',
    'python:3.120',
    'ubuntu:24.04',
    'someone/python:3.12',
    'registry.example.com:5000/python:3.12',
    '123456789012.dkr.ecr.us-east-1.amazonaws.com/mine:1',
  ])('%s is refused with its line and what to do', (image) => {
    const [refusal] = refusals(`# base\nFROM ${image}`);

    expect(refusal).toMatch(/^2: FROM: there is nothing on this machine that stands for /);
    expect(refusal).toContain(image);
    expect(refusal).toContain('--containers engine');
  });

  it('is named by arguments that the build gives', () => {
    const text = 'ARG VERSION=3.8\nARG BASE=python:${VERSION}\nFROM ${BASE}';

    expect(plan(text, { buildArguments: { VERSION: '3.13' } }).base.python).toBe('3.13');
    expect(refusals(text)[0]).toContain('${BASE} (python:3.8)');
  });

  it('may be an earlier stage, which hands down its configuration', () => {
    const text = python('ENV A=1', 'WORKDIR /a', 'USER app');
    const { config, parent } = plan(
      `${text.replace('3.12-slim', '3.12-slim AS base')}\nFROM base\nENV B=$A`,
    );

    expect(parent).toBe(0);
    expect(config).toMatchObject({
      workingFolder: '/a',
      user: 'app',
      environment: { A: '1', B: '1' },
    });
  });
});

describe('stages', () => {
  it('leaves out what the target does not need, refusals and all', () => {
    const text =
      'FROM ubuntu AS tools\nRUN make\nFROM python:3.12 AS one\nFROM python:3.12 AS two\nCOPY --from=one /a /a\nFROM ubuntu';

    expect(refusals(text, { target: 'two' })).toEqual([]);
    expect(
      planImage(parseDockerfile(text), { target: 'two' }).stages.map(
        (stage) => stage !== undefined,
      ),
    ).toEqual([false, true, true, false]);
    expect(refusals(text)).toHaveLength(1);
    expect(refusals(text, { target: 'three' })).toEqual([
      '1: --target: the Dockerfile has no stage three',
    ]);
  });

  it('refuses files of another image', () => {
    expect(refusals(python('COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/'))[0]).toMatch(
      /^2: COPY: no earlier stage is called ghcr\.io\/astral-sh\/uv:latest, and the files of the image/,
    );
  });
});

describe('variables', () => {
  it('are those from before the instruction', () => {
    // https://docs.docker.com/reference/dockerfile/#environment-replacement
    expect(environment('ENV abc=hello', 'ENV abc=bye def=$abc', 'ENV ghi=$abc')).toMatchObject({
      abc: 'bye',
      def: 'hello',
      ghi: 'bye',
    });
  });

  it('take ENV before ARG of the same name, whichever comes first', () => {
    expect(
      environment('ARG X=arg', 'ENV Y=$X', 'ENV X=env', 'ARG X=again', 'ENV Z=$X'),
    ).toMatchObject({
      X: 'env',
      Y: 'arg',
      Z: 'env',
    });
  });

  it('see an argument from before FROM only where the stage declares it', () => {
    const text = 'ARG V=3.12\nFROM python:$V\nENV A=$V\nARG V\nENV B=$V C="a b"';

    expect(plan(text).config.environment).toMatchObject({ A: '', B: '3.12', C: 'a b' });
    expect(plan(text).config.environment).not.toHaveProperty('V');
  });

  it('take the platform from BuildKit’s arguments', () => {
    expect(environment('ARG TARGETOS', 'ENV A=$TARGETOS/$TARGETARCH')).toMatchObject({
      A: 'linux/',
    });
  });

  it('name a mistake in a substitution', () => {
    expect(refusals(python('ENV A="${B:?set it}"'))).toEqual(['2: ENV: B: set it']);
  });
});

describe('the command', () => {
  // https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
  it.each<[readonly string[], readonly string[]]>([
    [[], ['python3']],
    [['CMD ["a", "b"]'], ['a', 'b']],
    [['CMD a b'], shell('a b')],
    [['ENTRYPOINT a b'], shell('a b')],
    [
      ['ENTRYPOINT a b', 'CMD ["c"]'],
      [...shell('a b'), 'c'],
    ],
    [['ENTRYPOINT ["a", "b"]'], ['a', 'b']],
    [
      ['ENTRYPOINT ["a"]', 'CMD ["c"]'],
      ['a', 'c'],
    ],
    [
      ['ENTRYPOINT ["a"]', 'CMD c d'],
      ['a', ...shell('c d')],
    ],
    [
      ['CMD ["c"]', 'ENTRYPOINT ["a"]'],
      ['a', 'c'],
    ],
    [['CMD ["c"]', 'CMD ["d"]'], ['d']],
    [
      ['SHELL ["/bin/bash", "-c"]', 'CMD a'],
      ['/bin/bash', '-c', 'a'],
    ],
    [['CMD ["$HOME"]'], ['$HOME']],
  ])('of %j is %j', (lines, expected) => {
    expect(commandOf(...lines)).toEqual(expected);
  });

  it('of the base is forgotten with its entrypoint', () => {
    const text = 'FROM python:3.12 AS base\nCMD ["base"]\nFROM base\nENTRYPOINT ["mine"]';

    expect(plan(text).config).toMatchObject({ entrypoint: ['mine'], command: [] });
  });
});

describe('the configuration', () => {
  it('has everything else that a container needs', () => {
    const { config } = plan(
      python(
        'LABEL a=1 b="two words"',
        'LABEL a=3',
        'EXPOSE 80 $PORT/tcp',
        'VOLUME /data',
        'WORKDIR /one',
        'WORKDIR two',
        'USER app:group',
        'STOPSIGNAL quit',
        'HEALTHCHECK --interval=5s --retries=2 CMD curl localhost',
      ),
    );

    expect(config).toMatchObject({
      labels: { a: '3', b: 'two words' },
      exposedPorts: ['80', '/tcp'],
      volumes: ['/data'],
      workingFolder: '/one/two',
      user: 'app:group',
      stopSignal: 'SIGQUIT',
      healthCheck: {
        command: ['/bin/sh', '-c', 'curl localhost'],
        intervalSeconds: 5,
        timeoutSeconds: 30,
        startPeriodSeconds: 0,
        startIntervalSeconds: 5,
        retries: 2,
      },
    });
    expect(plan(python('HEALTHCHECK CMD a', 'HEALTHCHECK NONE')).config.healthCheck).toBe(
      undefined,
    );
    expect(plan(python('STOPSIGNAL 9')).config.stopSignal).toBe('SIGKILL');
  });

  it.each([
    ['STOPSIGNAL SIGNOPE', 'STOPSIGNAL: SIGNOPE is not a signal'],
    [
      'ONBUILD RUN a',
      'ONBUILD: a recipe keeps no triggers: write the instruction into the image that needs it',
    ],
    [
      'ADD https://example.com/a /b',
      'ADD: https://example.com/a is fetched while the image is built, which a recipe does not. Put the file into the build context and COPY it',
    ],
    [
      'RUN --mount=type=secret,id=a pip install b',
      'RUN: --mount=type=secret is not available to a recipe. Use build arguments or the build context',
    ],
    ['RUN --mount=type=bind,source=a pip install b', 'RUN: --mount=type=bind needs a target'],
    ['RUN --security=insecure pip install b', 'RUN: --security=insecure needs a container engine'],
    ['SHELL ["pwsh", "-c"]\nRUN a', 'RUN: a recipe does not read commands of the shell pwsh'],
  ])('refuses %j', (line, reason) => {
    expect(refusals(python(line)).map((refusal) => refusal.replace(/^\d+: /, ''))).toEqual([
      reason,
    ]);
  });

  it('refuses another language by its syntax directive', () => {
    expect(refusals('# syntax=example.com/other:1\nFROM python:3.12')).toEqual([
      '1: syntax: example.com/other:1 is another language than that of docker/dockerfile',
    ]);
    expect(refusals('# syntax=docker/dockerfile:1.7-labs\nFROM python:3.12')).toEqual([]);
  });
});

describe('RUN', () => {
  it.each([
    'apt-get update && apt-get install -y libgomp1',
    'curl -sSL https://example.com/install.sh',
    'python setup.py build',
    'poetry install',
    'make all',
  ])('%s is refused by its line, with what to do', (command) => {
    const found = refusals(python('', `RUN ${command}`));

    expect(found[0]).toMatch(new RegExp(`^3: RUN ${command.split(' ')[0]}: `));
    expect(found[0]).toContain('--containers engine');
  });

  it('names every refused command, not only the first', () => {
    expect(
      refusals(python('RUN apt-get update', 'RUN pip install a && make b', 'RUN a | b')),
    ).toHaveLength(3);
  });

  it.each(
    [
      'useradd -m app && groupadd g',
      'set -eux; chown -R app:app /w',
      'python -m compileall .',
      'pip --version && pip check',
      ['ldconfig || true'],
    ].flat(),
  )('%s changes nothing', (command) => {
    expect(steps(`RUN ${command}`)).toEqual([]);
  });

  it('reads pip in every spelling', () => {
    for (const program of [
      'pip',
      'pip3',
      'pip3.12',
      'python -m pip',
      'python3 -m pip',
      '/usr/local/bin/pip',
      'uv pip',
      'sudo pip',
    ]) {
      expect(requirementsOf(`${program} install --no-cache-dir "a>=1,<2" b`)).toEqual([
        '/usr/local',
        ['a>=1,<2', 'b'],
      ]);
    }
  });

  it('reads an array in JSON and a script in a heredoc', () => {
    expect(steps('RUN ["pip", "install", "a b"]')).toMatchObject([
      { kind: 'install', pip: { requirements: ['a b'] } },
    ]);
    expect(
      steps('RUN <<EOF\nset -e\nmkdir -p a \\\n  b\n# comment\npip install c\nEOF'),
    ).toMatchObject([
      { kind: 'folder', path: '/w/a' },
      { kind: 'folder', path: '/w/b' },
      { kind: 'install' },
    ]);
    expect(refusals(python('RUN python <<EOF\nprint(1)\nEOF'))).toEqual([
      '2: RUN: a heredoc that is the input of a program is not read',
    ]);
  });

  it('installs into a virtual environment that PATH or its path names', () => {
    expect(locationsOf('RUN python -m venv /opt/venv && /opt/venv/bin/pip install a')).toEqual([
      '/opt/venv',
    ]);
    expect(
      locationsOf(
        'RUN python -m venv /opt/venv',
        'ENV PATH="/opt/venv/bin:$PATH"',
        'RUN pip install a',
      ),
    ).toEqual(['/opt/venv']);
    expect(locationsOf('RUN python -m venv /opt/venv', 'RUN pip install a')).toEqual([
      '/usr/local',
    ]);
    expect(locationsOf('RUN pip install --user a', 'RUN pip install --prefix=/install b')).toEqual([
      '/root/.local',
      '/install',
    ]);
  });

  it('changes files of the image', () => {
    expect(
      steps(
        'RUN mkdir -p a/{b,c} "d e" && cd /x && touch f; rm -rf /var/lib/apt/lists/* ~/.cache',
        'RUN chmod -R a+x /w/*.sh && ln -sf /w/a /link',
      ),
    ).toMatchObject([
      { kind: 'folder', path: '/w/a/b' },
      { kind: 'folder', path: '/w/a/c' },
      { kind: 'folder', path: '/w/d e' },
      { kind: 'touch', path: '/x/f' },
      { kind: 'remove', paths: ['/var/lib/apt/lists/*', '/root/.cache'] },
      { kind: 'mode', mode: 'a+x', recursive: true, paths: ['/w/*.sh'] },
      { kind: 'link', target: '/w/a', path: '/link' },
    ]);
  });

  it('hands pip its variables', () => {
    const [step] = steps(
      'ENV PIP_NO_BINARY=x OTHER=y',
      'RUN export PIP_PRE=1 && PIP_INDEX_URL=https://a pip install b',
    );

    expect(step).toMatchObject({
      variables: { PIP_NO_BINARY: 'x', PIP_PRE: '1', PIP_INDEX_URL: 'https://a' },
    });
  });
});
