import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { Empty } from './empty.tsx';
import { Preformatted } from './preformatted.tsx';

interface DocumentProps {
  /** JSON; undefined where it does not exist yet. */
  readonly text: string | undefined;
}

/** A JSON document, spread over lines. */
export function Document({ text }: DocumentProps) {
  if (text === undefined) return <Empty title="Nothing yet">It is here when the state ends.</Empty>;
  const shown = spread(text);
  return (
    <>
      <CopyToClipboard
        copyButtonText="Copy"
        copyErrorText="The browser did not allow it"
        copySuccessText="Copied"
        textToCopy={shown}
      />
      <Preformatted>{shown}</Preformatted>
    </>
  );
}

/** Documents that Step Functions cut short are shown as they are. */
function spread(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
