import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useColorMode } from './color-mode.ts';

/** For a page that failed; the rest of the console works. */
export function Broken({ error }: { readonly error: unknown }) {
  useColorMode();
  return (
    <Box padding="l">
      <Alert
        type="error"
        header="This page failed"
        action={<Button onClick={() => location.reload()}>Load again</Button>}
      >
        {error instanceof Error ? error.message : String(error)}
        <Box padding={{ top: 'xs' }}>
          Load the page again. If it fails again, send this text to the people who deployed the
          console.
        </Box>
      </Alert>
    </Box>
  );
}
