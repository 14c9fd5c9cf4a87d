import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the console is built. */
const CONSOLE = join('console', 'dist');
/** A page for apps without a console. */
const WITHOUT_CONSOLE = join('infra', 'api', 'site');

/** The files of the site, in two groups that browsers keep for different times. */
export interface SiteFiles {
  /** A folder of files whose names change with their contents. */
  readonly assets?: string;
  /** The other files, by name. */
  readonly pages: Readonly<Record<string, string>>;
}

/**
 * Finds what the site shows: the console, where it is built, or a page that links the API's document.
 *
 * @param app the folder of the app
 */
export function findSiteFiles(app: string): SiteFiles {
  const built = join(app, CONSOLE);
  const page = join(built, 'index.html');
  if (!existsSync(page))
    return { pages: { 'index.html': join(app, WITHOUT_CONSOLE, 'index.html') } };
  return {
    assets: join(built, 'assets'),
    pages: { 'index.html': page, 'icon.svg': join(built, 'icon.svg') },
  };
}
