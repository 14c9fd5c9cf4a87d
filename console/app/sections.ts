/** A group of pages, as the side navigation shows it. */
export interface Section {
  readonly text: string;
  readonly href: string;
}

export const SECTIONS = [
  { text: 'Dashboard', href: '/dashboard' },
  { text: 'Datasets', href: '/datasets' },
  { text: 'Executions', href: '/executions' },
  { text: 'Models', href: '/models' },
  { text: 'Endpoints', href: '/endpoints' },
  { text: 'Predict', href: '/predict' },
  { text: 'Scoring', href: '/scoring' },
  { text: 'Monitoring', href: '/monitoring' },
] as const satisfies readonly Section[];

/** The section that a page is in. */
export function sectionOf(pathname: string): Section | undefined {
  return SECTIONS.find(({ href }) => pathname === href || pathname.startsWith(`${href}/`));
}

/** Pages of a page: what its address begins with, and how people call it. */
const ABOVE: readonly (readonly [RegExp, (name: string) => string])[] = [
  [/^(\/models\/([^/]+))\/decide$/, (version) => version],
  [/^(\/endpoints\/([^/]+))\/rollback$/, (project) => `Endpoint of ${project}`],
];

/** The pages above a page, from the first on. */
export function trailOf(pathname: string): readonly Section[] {
  const section = sectionOf(pathname);
  const above = ABOVE.flatMap(([pattern, nameOf]) => {
    const [, href, name] = pattern.exec(pathname) ?? [];
    return href === undefined || name === undefined
      ? []
      : [{ text: nameOf(decodeURIComponent(name)), href }];
  });
  return [{ text: 'Stepmill', href: '/' }, ...(section === undefined ? [] : [section]), ...above];
}
