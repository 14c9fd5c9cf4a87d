const EVERYONE = { u: 0o700, g: 0o070, o: 0o007 } as const;
const RIGHTS = { r: 0o444, w: 0o222, x: 0o111 } as const;

/**
 * The mode after `chmod`: octal digits, or clauses such as `u+x,go=r`.
 *
 * @throws RangeError for what is neither
 */
export function changedMode(text: string, before: number, isFolder: boolean): number {
  if (/^0?[0-7]{3,4}$/.test(text)) return Number.parseInt(text, 8);
  return text.split(',').reduce((mode, clause) => applyClause(clause, mode, isFolder), before);
}

function applyClause(clause: string, mode: number, isFolder: boolean): number {
  const [, who = '', operator, rights = ''] = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause) ?? [];
  if (operator === undefined) throw new RangeError(`"${clause}" is not a mode`);
  const everyone = who === '' || who.includes('a');
  const mask = Object.entries(EVERYONE)
    .filter(([name]) => everyone || who.includes(name))
    .reduce((sum, [, bits]) => sum | bits, 0);
  const isExecutable = isFolder || (mode & RIGHTS.x) !== 0;
  const bits = Object.entries(RIGHTS)
    .filter(
      ([name]) => rights.includes(name) || (name === 'x' && rights.includes('X') && isExecutable),
    )
    .reduce((sum, [, right]) => sum | right, 0);
  if (operator === '+') return mode | (bits & mask);
  if (operator === '-') return mode & ~(bits & mask);
  return (mode & ~mask) | (bits & mask);
}
