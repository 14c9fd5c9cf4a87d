import Alert from '@cloudscape-design/components/alert';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import type { Schemas } from '../../../api/client/index.ts';
import { PageLink } from '../../parts/page-link.tsx';

const SHOWN = 20;

/** Why inspection refused an upload, and what to do. */
export function Refusal({ of: { reason, problems } }: { readonly of: Schemas['Refusal'] }) {
  return (
    <Alert type="error" header="Inspection refused this upload">
      <p>{reason}</p>
      {problems.map(({ rule, count, examples }) => (
        <ExpandableSection key={rule} headerText={`${rule} (${count})`} defaultExpanded>
          <ul>
            {examples.slice(0, SHOWN).map((example) => (
              <li key={example}>{example}</li>
            ))}
          </ul>
        </ExpandableSection>
      ))}
      Correct the file and upload it again under the same name on the page{' '}
      <PageLink to="/datasets">Datasets</PageLink>.
    </Alert>
  );
}
