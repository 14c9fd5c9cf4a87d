import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';

/** Adds `-c NAME=VALUE`, as the CDK has it. */
export function withContextSettings(command: Command): Command {
  return command.option(
    '-c, --context <name=value>',
    'a setting of the app, such as compute=lambda; may be repeated',
    collect,
    [],
  );
}

function collect(text: string, before: readonly string[]): readonly string[] {
  if (/^[^=]+=/.test(text)) return [...before, text];
  throw new InvalidArgumentError('A setting is NAME=VALUE, such as environment=staging.');
}

const ENVIRONMENT = /^environment=(.*)$/;

/** As the CDK finds it: the command line stands above `cdk.json`. */
export function environmentOf(context: readonly string[]): string {
  const given = context.flatMap((setting) => ENVIRONMENT.exec(setting)?.[1] ?? []).at(-1);
  if (given !== undefined) return given;
  const { context: written } = JSON.parse(readFileSync('cdk.json', 'utf8')) as {
    readonly context?: { readonly environment?: string };
  };
  return written?.environment ?? 'dev';
}
