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
