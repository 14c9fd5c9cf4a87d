import { DockerfileError } from './dockerfile-error.ts';
import type { Escape } from './escape.ts';

/** The comments at the top of a Dockerfile that say how it is read. */
export interface Directives {
  readonly syntax?: string;
  readonly check?: string;
  readonly escape: Escape;
}

const KNOWN = ['syntax', 'check', 'escape'] as const;
type Known = (typeof KNOWN)[number];

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;

/**
 * Reads the parser directives. The first line that is not one ends them, be it a comment, an empty line or an unknown
 * directive. https://docs.docker.com/reference/dockerfile/#parser-directives
 *
 * @throws DockerfileError for one that is repeated or has a value that it cannot have
 */
export function readDirectives(lines: readonly string[]): Directives {
  const found = new Map<Known, string>();
  for (const [index, line] of lines.entries()) {
    const match = DIRECTIVE.exec(line.trim());
    const name = KNOWN.find((known) => known === match?.[1]?.toLowerCase());
    if (name === undefined) break;
    if (found.has(name)) {
      throw new DockerfileError(index + 1, `only one ${name} parser directive can be used`);
    }
    const value = match?.[2] ?? '';
    if (name === 'escape' && !isEscape(value)) {
      throw new DockerfileError(index + 1, `the escape character ${value} is neither \\ nor \``);
    }
    found.set(name, value);
  }
  const escape = found.get('escape') ?? '\\';
  return { ...Object.fromEntries(found), escape: isEscape(escape) ? escape : '\\' };
}

function isEscape(text: string): text is Escape {
  return text === '\\' || text === '`';
}
