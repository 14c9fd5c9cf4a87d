import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';

/** For a page that failed; the rest of the console works. */
export function Broken({ error }: { readonly error: unknown }) {
  return (
    <Alert
      type="error"
      header="This page failed"
      action={<Button onClick={() => location.reload()}>Load again</Button>}
    >
      {error instanceof Error ? error.message : String(error)}
    </Alert>
  );
}
