import { type Directives, readDirectives } from './directives.ts';
import { DockerfileError } from './dockerfile-error.ts';
import type { Arg, From, Instruction } from './instruction.ts';
import { readLogicalLines } from './logical-lines.ts';
import { parseInstruction } from './parse-instruction.ts';

/** From one FROM to the next. */
export interface Stage {
  readonly from: From;
  readonly instructions: readonly Exclude<Instruction, From>[];
}

export interface Dockerfile {
  readonly directives: Directives;
  /** The arguments before the first FROM, which only FROM sees. */
  readonly globalArguments: readonly Arg[];
  readonly stages: readonly Stage[];
}

/** BuildKit refuses longer lines, and no Dockerfile is as long. */
const LONGEST_LINE_BYTES = 65_535;
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a Dockerfile whole. Variables, quotes and escapes stay as written: they depend on the stage.
 * https://docs.docker.com/reference/dockerfile/
 *
 * @throws DockerfileError with the line, for the first mistake
 * @example
 * const { stages } = parseDockerfile('FROM python:3.12-slim\nCMD ["python", "app.py"]\n');
 */
export function parseDockerfile(text: string): Dockerfile {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new DockerfileError(1, `the file is larger than ${MAX_BYTES} bytes`);
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const tooLong = lines.findIndex((line) => Buffer.byteLength(line) > LONGEST_LINE_BYTES);
  if (tooLong !== -1) {
    throw new DockerfileError(tooLong + 1, `the line is longer than ${LONGEST_LINE_BYTES} bytes`);
  }
  const directives = readDirectives(lines);
  const { escape } = directives;
  const instructions = readLogicalLines(lines, escape).map((line) =>
    parseInstruction(line, escape),
  );
  if (instructions.length === 0) throw new DockerfileError(1, 'the file has no instructions');
  return { directives, ...intoStages(instructions) };
}

function intoStages(instructions: readonly Instruction[]): Omit<Dockerfile, 'directives'> {
  const globalArguments: Arg[] = [];
  const stages: { from: From; instructions: Exclude<Instruction, From>[] }[] = [];
  for (const instruction of instructions) {
    const stage = stages.at(-1);
    if (instruction.kind === 'FROM') stages.push({ from: instruction, instructions: [] });
    else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.kind === 'ARG') globalArguments.push(instruction);
    else {
      throw new DockerfileError(
        instruction.line,
        `${instruction.kind} stands before the first FROM, where only ARG can stand`,
      );
    }
  }
  if (stages.length === 0) throw new DockerfileError(1, 'the file has no FROM');
  return { globalArguments, stages };
}
