/**
 * What every part says of a project that is not there.
 *
 * @param known the projects there are; left out before strangers, who learn of none
 */
export function describeUnknownProject(name: string, known?: readonly string[]): string {
  const message = `There is no project "${name}"; nothing was done.`;
  return known === undefined ? message : `${message} Known projects: ${known.join(', ')}.`;
}
