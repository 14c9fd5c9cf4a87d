/** A command in exec form, which is started as it is, or in shell form, which the stage's SHELL runs. */
export type CommandForm =
  | { readonly form: 'exec'; readonly words: readonly string[] }
  | { readonly form: 'shell'; readonly text: string };

/** The text between `<<NAME` and the line `NAME`. */
export interface Heredoc {
  readonly name: string;
  /** False if the name was quoted: variables stay as they are. */
  readonly expand: boolean;
  /** `<<-NAME`: leading tabs do not belong to the content. */
  readonly chomp: boolean;
  readonly content: string;
}

/** `name=value`, or `name value` in the old form, where the value may contain spaces. */
export interface Assignment {
  readonly name: string;
  /** With its quotes and variables. */
  readonly value: string;
}

/** `ARG name[=value]` */
export interface ArgumentDeclaration {
  readonly name: string;
  readonly defaultValue: string | undefined;
}

interface Common {
  /** The first line, counted from 1. */
  readonly line: number;
  /** The last line, with continuations and heredocs. */
  readonly endLine: number;
  /** The instruction with its continuations in one line. */
  readonly source: string;
}

export interface From extends Common {
  readonly kind: 'FROM';
  readonly image: string;
  /** In lower case. */
  readonly stage: string | undefined;
  readonly platform: string | undefined;
}

export interface Run extends Common {
  readonly kind: 'RUN';
  readonly command: CommandForm;
  readonly heredocs: readonly Heredoc[];
  /** What follows each `--mount=`. */
  readonly mounts: readonly string[];
  readonly network: string | undefined;
  readonly security: string | undefined;
}

/** What COPY and ADD have in common. */
interface FileCopy extends Common {
  readonly sources: readonly string[];
  /** Files whose content stands in the Dockerfile itself. */
  readonly inline: readonly Heredoc[];
  readonly destination: string;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  readonly link: boolean;
  readonly exclude: readonly string[];
}

export interface Copy extends FileCopy {
  readonly kind: 'COPY';
  readonly from: string | undefined;
  readonly parents: boolean;
}

export interface Add extends FileCopy {
  readonly kind: 'ADD';
  readonly checksum: string | undefined;
  readonly keepGitDir: boolean;
  /** Undefined: archives of the build context are unpacked, those of a URL are not. */
  readonly unpack: boolean | undefined;
}

export interface Env extends Common {
  readonly kind: 'ENV';
  readonly variables: readonly Assignment[];
}

export interface Label extends Common {
  readonly kind: 'LABEL';
  readonly labels: readonly Assignment[];
}

export interface Arg extends Common {
  readonly kind: 'ARG';
  readonly declarations: readonly ArgumentDeclaration[];
}

export interface Workdir extends Common {
  readonly kind: 'WORKDIR';
  readonly path: string;
}

export interface User extends Common {
  readonly kind: 'USER';
  readonly user: string;
}

export interface Expose extends Common {
  readonly kind: 'EXPOSE';
  readonly ports: readonly string[];
}

export interface Volume extends Common {
  readonly kind: 'VOLUME';
  readonly paths: readonly string[];
}

export interface Cmd extends Common {
  readonly kind: 'CMD';
  readonly command: CommandForm;
}

export interface Entrypoint extends Common {
  readonly kind: 'ENTRYPOINT';
  readonly command: CommandForm;
}

/** Times are in milliseconds; undefined or 0 means Docker's default. */
export interface HealthcheckTimes {
  readonly intervalMs: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly startPeriodMs: number | undefined;
  readonly startIntervalMs: number | undefined;
}

export interface Healthcheck extends Common, HealthcheckTimes {
  readonly kind: 'HEALTHCHECK';
  /** Undefined for `HEALTHCHECK NONE`. */
  readonly command: CommandForm | undefined;
  readonly retries: number | undefined;
}

export interface Shell extends Common {
  readonly kind: 'SHELL';
  readonly words: readonly string[];
}

export interface StopSignal extends Common {
  readonly kind: 'STOPSIGNAL';
  readonly signal: string;
}

export interface Maintainer extends Common {
  readonly kind: 'MAINTAINER';
  readonly name: string;
}

export interface OnBuild extends Common {
  readonly kind: 'ONBUILD';
  readonly trigger: Instruction;
}

export type Instruction =
  | Add
  | Arg
  | Cmd
  | Copy
  | Entrypoint
  | Env
  | Expose
  | From
  | Healthcheck
  | Label
  | Maintainer
  | OnBuild
  | Run
  | Shell
  | StopSignal
  | User
  | Volume
  | Workdir;

export type InstructionName = Instruction['kind'];
