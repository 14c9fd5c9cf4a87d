import { expandWords, type Variables } from '../dockerfile/index.ts';

/** One program with its arguments, from a command that a shell would run. */
export interface SimpleCommand {
  /** With quotes and variables, for messages. */
  readonly text: string;
  /** Variables that are set for this program alone. */
  readonly variables: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/**
 * Splits a command at `&&`, `;` and line ends. What else a shell can do (pipes, redirections, loops, the output of
 * commands) is not read: a recipe runs no shell. Output that is thrown away and `|| true` are left out.
 *
 * @throws RangeError that names what is not read
 */
export function readShellCommands(text: string, variables: Variables): readonly SimpleCommand[] {
  const commands: SimpleCommand[] = [];
  for (const part of splitCommands(text)) {
    const plain = withoutIgnoredOutput(part.trim());
    if (plain === '' || plain.startsWith('#')) continue;
    commands.push(readSimple(plain, variables));
  }
  return commands;
}

function withoutIgnoredOutput(text: string): string {
  return text
    .replace(/\s*\|\|\s*(?:true|:)\s*$/, '')
    .replaceAll(/\s+(?:&>|[12]?>>?)\s*\/dev\/null(?=\s|$)/g, '')
    .replaceAll(/\s+2>&1(?=\s|$)/g, '');
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

function readSimple(text: string, variables: Variables): SimpleCommand {
  const foreign = findShellSyntax(text);
  if (foreign !== undefined) throw new RangeError(foreign);
  const words = expandWords(text, variables);
  const first = words.findIndex((word) => !ASSIGNMENT.test(word));
  const count = first === -1 ? words.length : first;
  const own = words.slice(0, count).map((word): [string, string] => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return { text, variables: new Map(own), words: words.slice(count) };
}

/** Calls `visit` for each character outside of quotes, until it answers something. */
function scanUnquoted<Found>(
  text: string,
  visit: (character: string, at: number, quote: string) => Found | undefined,
): Found | undefined {
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\' && quote !== "'") {
      at += 1;
      continue;
    }
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    const found = visit(character, at, quote);
    if (found !== undefined) return found;
  }
  return undefined;
}

function splitCommands(text: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  scanUnquoted(text, (character, at, quote) => {
    if (quote !== '' || at < start) return undefined;
    const length = text.startsWith('&&', at) ? 2 : /[;\n]/.test(character) ? 1 : 0;
    if (length === 0) return undefined;
    parts.push(text.slice(start, at));
    start = at + length;
    return undefined;
  });
  parts.push(text.slice(start));
  return parts;
}

const WORDS_OF_SHELLS =
  /^(?:if|for|while|until|case|function|then|else|elif|fi|do|done|esac|\{|\})(?:\s|$)/;

function findShellSyntax(text: string): string | undefined {
  const word = WORDS_OF_SHELLS.exec(text)?.[0].trim();
  if (word !== undefined) return `"${word}" of the shell is not read`;
  return scanUnquoted(text, (character, at, quote) => {
    if (quote === "'") return undefined;
    if (character === '`' || text.startsWith('$(', at)) {
      return 'the output of another command is not read';
    }
    if (quote !== '') return undefined;
    if (character === '|') return 'a pipe or || is not read';
    if (character === '>' || character === '<') return 'a redirection is not read';
    if (character === '&') return 'a command in the background is not read';
    return character === '(' || character === ')' ? 'a subshell is not read' : undefined;
  });
}
