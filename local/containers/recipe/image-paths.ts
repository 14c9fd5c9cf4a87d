/** A path of a container and the folder of this machine that it stands for. */
export interface PathMapping {
  readonly containerPath: string;
  readonly place: string;
}

/**
 * Replaces paths of a container by those of this machine in an argument or variable, for systems where a process
 * cannot have its own root. Paths in the code of programs stay as they are.
 */
export function rewriteImagePaths(text: string, mappings: readonly PathMapping[]): string {
  const longestFirst = mappings.toSorted(
    (one, other) => other.containerPath.length - one.containerPath.length,
  );
  const places = new Map(longestFirst.map(({ containerPath, place }) => [containerPath, place]));
  if (places.size === 0) return text;
  const alternatives = [...places.keys()].map((path) => path.replaceAll(/[^\w/]/g, '\\$&'));
  const expression = new RegExp(`(?<![\\w./-])(?:${alternatives.join('|')})(?![\\w-])`, 'g');
  return text.replace(expression, (path) => places.get(path) ?? path);
}
