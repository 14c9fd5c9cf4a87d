import { DockerfileError } from './dockerfile-error.ts';
import { readDuration } from './duration.ts';
import type { Escape } from './escape.ts';
import { booleanFlag, type FlagKinds, type FlagValues, readFlags, textFlag } from './flags.ts';
import { readHeredocMark } from './heredoc.ts';
import type {
  Assignment,
  CommandForm,
  HealthcheckTimes,
  Heredoc,
  Instruction,
  InstructionName,
} from './instruction.ts';
import { readJsonForm } from './json-form.ts';
import type { LogicalLine } from './logical-lines.ts';
import { splitAtSpaces, splitInstruction, splitWords } from './words.ts';

interface Given {
  readonly name: InstructionName;
  readonly rest: string;
  readonly flags: FlagValues;
  readonly heredocs: readonly Heredoc[];
  readonly escape: Escape;
  readonly line: LogicalLine;
}

type Parsed<Name extends InstructionName> = Omit<
  Extract<Instruction, { kind: Name }>,
  'kind' | 'line' | 'endLine' | 'source'
>;

const COPY_FLAGS = { chown: 'text', chmod: 'text', link: 'boolean', exclude: 'list' } as const;
const NO_FLAGS: FlagKinds = {};

const FLAGS: Readonly<Partial<Record<InstructionName, FlagKinds>>> = {
  FROM: { platform: 'text' },
  RUN: { mount: 'list', network: 'text', security: 'text', device: 'list' },
  COPY: { ...COPY_FLAGS, from: 'text', parents: 'boolean' },
  ADD: { ...COPY_FLAGS, checksum: 'text', 'keep-git-dir': 'boolean', unpack: 'boolean' },
  HEALTHCHECK: {
    interval: 'text',
    timeout: 'text',
    'start-period': 'text',
    'start-interval': 'text',
    retries: 'text',
  },
};

/** A parser for each instruction; each throws a RangeError that says what is wrong. */
const PARSERS: { readonly [Name in InstructionName]: (given: Given) => Parsed<Name> } = {
  ADD: (given) => ({
    ...parseFileCopy(given),
    checksum: textFlag(given.flags, 'checksum'),
    keepGitDir: booleanFlag(given.flags, 'keep-git-dir') ?? false,
    unpack: booleanFlag(given.flags, 'unpack'),
  }),
  ARG: (given) => ({ declarations: parseDeclarations(given) }),
  CMD: (given) => ({ command: parseCommand(given.rest) }),
  COPY: (given) => ({
    ...parseFileCopy(given),
    from: textFlag(given.flags, 'from'),
    parents: booleanFlag(given.flags, 'parents') ?? false,
  }),
  ENTRYPOINT: (given) => ({ command: parseCommand(given.rest) }),
  ENV: (given) => ({ variables: parseAssignments(given) }),
  EXPOSE: ({ rest }) => ({ ports: atLeastOne(splitAtSpaces(rest)) }),
  FROM: parseFrom,
  HEALTHCHECK: parseHealthcheck,
  LABEL: (given) => ({ labels: parseAssignments(given) }),
  MAINTAINER: (given) => ({ name: exactlyOne(given) }),
  ONBUILD: (given) => ({ trigger: parseTrigger(given) }),
  RUN: ({ flags, heredocs, rest }) => ({
    command: parseCommand(rest),
    heredocs,
    mounts: flags.get('mount') ?? [],
    network: textFlag(flags, 'network'),
    security: textFlag(flags, 'security'),
  }),
  SHELL: parseShell,
  STOPSIGNAL: (given) => ({ signal: exactlyOne(given) }),
  USER: (given) => ({ user: exactlyOne(given) }),
  VOLUME: parseVolume,
  WORKDIR: (given) => ({ path: exactlyOne(given) }),
};

/** @throws DockerfileError */
export function parseInstruction(line: LogicalLine, escape: Escape): Instruction {
  const { name, flags, rest } = splitInstruction(line.text, escape);
  const kind = name.toUpperCase();
  if (!isInstruction(kind)) {
    throw new DockerfileError(line.line, `${name} is not an instruction`);
  }
  try {
    const read = readFlags(flags, FLAGS[kind] ?? NO_FLAGS);
    const given = { name: kind, rest, flags: read, heredocs: line.heredocs, escape, line };
    return {
      kind,
      line: line.line,
      endLine: line.endLine,
      source: line.text.trim(),
      ...PARSERS[kind](given),
    } as Instruction;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DockerfileError(line.line, `${kind}: ${error.message}`);
  }
}

function isInstruction(name: string): name is InstructionName {
  return Object.hasOwn(PARSERS, name);
}

/** An empty command is left to those who run it: `CMD` alone removes the command of the base image. */
function parseCommand(text: string): CommandForm {
  const words = readJsonForm(text);
  return words === undefined ? { form: 'shell', text } : { form: 'exec', words };
}

function parseFileCopy({ flags, heredocs, rest }: Given) {
  const words = readJsonForm(rest) ?? splitAtSpaces(rest);
  const destination = words.at(-1);
  if (words.length < 2 || destination === undefined) {
    throw new RangeError('needs at least one source and a destination');
  }
  if (readHeredocMark(destination) !== undefined) {
    throw new RangeError('a heredoc cannot be the destination');
  }
  const sources = words.slice(0, -1);
  const inline = sources.flatMap((source) => {
    const mark = readHeredocMark(source);
    return heredocs.find((heredoc) => heredoc.name === mark?.name) ?? [];
  });
  checkChecksum(textFlag(flags, 'checksum'));
  return {
    sources: sources.filter((source) => readHeredocMark(source) === undefined),
    inline: inline.map(withoutTabs),
    destination,
    chown: textFlag(flags, 'chown'),
    chmod: textFlag(flags, 'chmod'),
    link: booleanFlag(flags, 'link') ?? false,
    exclude: flags.get('exclude') ?? [],
  };
}

function checkChecksum(checksum: string | undefined): void {
  if (checksum === undefined || checksum.includes('$')) return;
  if (!/^(?:sha256:[0-9a-f]{64}|[0-9a-f]{1,40})$/i.test(checksum)) {
    throw new RangeError('--checksum is sha256: and 64 hexadecimal digits, or a commit');
  }
}

function withoutTabs(heredoc: Heredoc): Heredoc {
  if (!heredoc.chomp) return heredoc;
  return { ...heredoc, content: heredoc.content.replaceAll(/^\t+/gm, '') };
}

function parseDeclarations({ escape, rest }: Given) {
  return atLeastOne(splitWords(rest, escape)).map((word) => {
    const [, key = '', , value] = /^([^=]*)(=(.*))?$/s.exec(word) ?? [];
    if (key === '') throw new RangeError(`"${word}" has no name`);
    return { name: key, defaultValue: value };
  });
}

/** The first word decides: with `=` all are `name=value`, without it is `name value with spaces`. */
function parseAssignments({ escape, rest }: Given): readonly Assignment[] {
  const words = atLeastOne(splitWords(rest, escape));
  if (words[0]?.includes('=') !== true) {
    const [, key = '', value] = /^(\S*)[\t\v\f\r ]+(.*)$/su.exec(rest) ?? [];
    if (value === undefined) throw new RangeError(`${rest} has no value`);
    return [{ name: key, value }];
  }
  return words.map((word) => {
    const at = word.indexOf('=');
    if (at === -1) throw new RangeError(`"${word}" is not of the form name=value`);
    if (at === 0) throw new RangeError(`"${word}" has no name`);
    return { name: word.slice(0, at), value: word.slice(at + 1) };
  });
}

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

function parseFrom({ flags, rest }: Given): Parsed<'FROM'> {
  const [image, as, stage, ...more] = splitAtSpaces(rest);
  const isNamed = as?.toLowerCase() === 'as' && stage !== undefined && more.length === 0;
  if (image === undefined || (as !== undefined && !isNamed)) {
    throw new RangeError('needs an image, or an image AS a name');
  }
  const name = stage?.toLowerCase();
  if (name !== undefined && !STAGE_NAME.test(name)) {
    throw new RangeError(
      `${stage} cannot be the name of a stage: it starts with a letter, followed by letters, digits, -, _ and .`,
    );
  }
  return { image, stage: name, platform: textFlag(flags, 'platform') };
}

function parseHealthcheck(given: Given): Parsed<'HEALTHCHECK'> {
  const { flags, rest } = given;
  const [, type = '', command = ''] = /^(\S*)\s*(.*)$/su.exec(rest) ?? [];
  const times = readTimes(flags);
  const retries = readRetries(textFlag(flags, 'retries'));
  switch (type.toUpperCase()) {
    case 'NONE':
      if (command !== '') throw new RangeError('NONE takes no arguments');
      return { ...times, retries, command: undefined };
    case 'CMD': {
      const parsed = parseCommand(command);
      if (parsed.form === 'exec' ? parsed.words.length === 0 : parsed.text === '') {
        throw new RangeError('the command after CMD is missing');
      }
      return { ...times, retries, command: parsed };
    }
    default:
      throw new RangeError(type === '' ? 'needs CMD or NONE' : `${type} is neither CMD nor NONE`);
  }
}

function readTimes(flags: FlagValues): HealthcheckTimes {
  const read = (name: string) => {
    const value = textFlag(flags, name);
    return value === undefined ? undefined : readDuration(value);
  };
  return {
    intervalMs: read('interval'),
    timeoutMs: read('timeout'),
    startPeriodMs: read('start-period'),
    startIntervalMs: read('start-interval'),
  };
}

function readRetries(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`--retries=${text} is not a whole number`);
  return Number(text);
}

const NOT_TRIGGERS: readonly string[] = ['ONBUILD', 'FROM', 'MAINTAINER'];

function parseTrigger({ escape, heredocs, line, rest }: Given): Instruction {
  if (rest === '') atLeastOne([]);
  const trigger = splitInstruction(rest, escape).name.toUpperCase();
  if (NOT_TRIGGERS.includes(trigger)) throw new RangeError(`${trigger} cannot be a trigger`);
  return parseInstruction({ ...line, text: rest, heredocs }, escape);
}

function parseShell({ rest }: Given): Parsed<'SHELL'> {
  const words = readJsonForm(rest);
  if (words === undefined) throw new RangeError('is an array in JSON, as ["/bin/bash", "-c"]');
  if (words.length === 0) throw new RangeError('needs at least one word');
  return { words };
}

function parseVolume({ rest }: Given): Parsed<'VOLUME'> {
  const paths = (readJsonForm(rest) ?? splitAtSpaces(rest)).map((path) => path.trim());
  if (atLeastOne(paths).includes('')) throw new RangeError('a path is empty');
  return { paths };
}

function exactlyOne({ rest }: Given): string {
  if (rest === '') throw new RangeError('needs exactly one argument');
  return rest;
}

function atLeastOne(words: readonly string[]): readonly string[] {
  if (words.length === 0) throw new RangeError('needs at least one argument');
  return words;
}
