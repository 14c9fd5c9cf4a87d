/** Where this console was deployed to; the site has it as `config.json` beside the page. */
export interface Config {
  /** The issuer of tokens, from which the sign-in pages are discovered. */
  readonly issuer: string;
  readonly clientId: string;
  readonly region: string;
  readonly environment: string;
  /** The AWS account; twelve zeros locally. */
  readonly account: string;
}

/** @throws an error that says what is missing */
export async function loadConfig(): Promise<Config> {
  const answer = await fetch('/config.json', { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`config.json cannot be read: HTTP ${answer.status}.`);
  return (await answer.json()) as Config;
}
