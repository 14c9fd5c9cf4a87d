import packageJson from '../../package.json' with { type: 'json' };

/** Packages that one command needs and Stepmill does not install. */
type OptionalPackage = keyof typeof packageJson.peerDependencies;

/** The command that installs them in the app's folder, in versions that work. */
export function installCommand(...names: readonly OptionalPackage[]): string {
  const packages = names.map((name) => `${name}@${packageJson.peerDependencies[name]}`);
  return `npm install --save-dev ${packages.join(' ')}`;
}
