import { Empty } from '../parts/empty.tsx';
import { Page } from '../parts/page.tsx';
import { PageLink } from '../parts/page-link.tsx';

/** For addresses that no page has. */
export function NotFound() {
  return (
    <Page title="Page not found">
      <Empty title="The console has no page at this address">
        Check the link, or start at the <PageLink to="/dashboard">dashboard</PageLink>.
      </Empty>
    </Page>
  );
}
