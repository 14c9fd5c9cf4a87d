/** `abalone:3` */
export function nameVersion(project: string, number: number): string {
  return `${project}:${number}`;
}

/** The number at the end of the ARN of a model package. */
export function numberOf(packageArn: string | undefined): number | undefined {
  const number = Number(packageArn?.split('/').at(-1));
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

/** The version that a package of a project is; undefined of a model of no package. */
export function versionOf(project: string, packageArn: string | undefined): string | undefined {
  const number = numberOf(packageArn);
  return number === undefined ? undefined : nameVersion(project, number);
}

/** The parts of a version's name. */
export function splitVersion(version: string): {
  readonly project: string;
  readonly number: number;
} {
  const [project = '', number] = version.split(':');
  return { project, number: Number(number) };
}
