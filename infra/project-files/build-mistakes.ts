import type { BuildFailure } from 'esbuild';

/**
 * The mistakes that esbuild found, each with its place: `handlers/observer/index.ts:12:3: …`.
 *
 * @throws the error itself where it is not of esbuild
 */
export function describeFailure(error: unknown): string[] {
  const { errors = [] } = error as Partial<BuildFailure>;
  if (errors.length === 0) throw error;
  return errors.map(({ text, location }) => {
    if (location === null) return text;
    return `${location.file}:${location.line}:${location.column + 1}: ${text}`;
  });
}
