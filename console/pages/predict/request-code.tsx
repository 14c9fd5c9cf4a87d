import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Tabs from '@cloudscape-design/components/tabs';
import { usePerson } from '../../data/person.ts';
import type { PredictionForm, PredictionRecord } from '../../data/predictions.ts';
import { renderCurl, renderPython } from './render-request.ts';

interface RequestCodeProps {
  readonly form: PredictionForm;
  readonly records: readonly PredictionRecord[];
}

/** The same request for a terminal and for a program. */
export function RequestCode({ form, records }: RequestCodeProps) {
  const { isSignedIn } = usePerson();
  const request = { origin: location.origin, project: form.project, records, isSignedIn };
  return (
    <ExpandableSection headerText="The same request as code" variant="container">
      <Tabs
        tabs={[
          { id: 'curl', label: 'curl', content: <Code text={renderCurl(request)} /> },
          { id: 'python', label: 'Python', content: <Code text={renderPython(request)} /> },
        ]}
        ariaLabel="Language"
      />
    </ExpandableSection>
  );
}

function Code({ text }: { readonly text: string }) {
  return (
    <>
      <Box float="right">
        <CopyToClipboard
          copyButtonAriaLabel="Copy"
          copySuccessText="Copied"
          copyErrorText="The browser did not copy it"
          textToCopy={text}
        />
      </Box>
      <Box variant="code">
        <span style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</span>
      </Box>
    </>
  );
}
