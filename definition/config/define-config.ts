import { describeMistake, describeMistakes, renderPath } from '../project-error.ts';
import { type Config, type ConfigInput, configSchema } from './config.ts';
import { ConfigError } from './config-error.ts';
import { judgeConfig } from './judge-config.ts';
import { readPlain } from './read-plain.ts';

const words = { field: 'a field of this file', page: 'docs/configuration.md' };

/**
 * Declares the environments of an app, in `stepmill.config.ts` at its root, and fills in the defaults.
 *
 * @example
 * export default defineConfig({
 *   environments: {
 *     dev: { account: '111111111111', region: 'eu-west-1', promotesTo: 'prod' },
 *     prod: { account: '222222222222', region: 'eu-west-1' },
 *   },
 * });
 *
 * @throws ConfigError naming every mistake: field, rule, the value got, what to change
 */
export function defineConfig(input: ConfigInput): Config {
  const { value, unplain } = readPlain(input);
  const result = configSchema.safeParse(value);
  /** What is no data is reported as that only. */
  const isOther = ({ path }: { readonly path: readonly PropertyKey[] }) =>
    !unplain.some((each) => each.path.every((key, index) => path[index] === key));
  const issues = result.error?.issues.filter(isOther) ?? [];
  const mistakes = [
    ...unplain.map(({ path, message }) => `${renderPath(path)}: ${message}.`),
    ...describeMistakes({ issues }, { schema: configSchema, input: value }, words),
    ...judgeConfig(value).filter(isOther).map(describeMistake),
  ];
  if (!result.success || mistakes.length > 0) throw new ConfigError(mistakes, value);
  return result.data;
}
