import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { ProblemError } from '../data/problem-error.ts';

interface FailureProps {
  readonly error: Error;
  /** Asks again. */
  readonly retry?: (() => void) | undefined;
}

/** What failed, why, and what to do next. */
export function Failure({ error, retry }: FailureProps) {
  const { header, advice } = explain(error);
  return (
    <Alert
      type="error"
      header={header}
      action={retry === undefined ? undefined : <Button onClick={retry}>Try again</Button>}
    >
      {advice}
      {error instanceof ProblemError && <Mistakes of={error} />}
    </Alert>
  );
}

/** The mistakes in a request, each with its place. */
function Mistakes({ of: { problem } }: { readonly of: ProblemError }) {
  return (
    <>
      {problem.errors !== undefined && (
        <ul>
          {problem.errors.map(({ pointer, parameter, detail }) => (
            <li key={`${pointer ?? parameter} ${detail}`}>
              <code>{pointer ?? parameter}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.requestId !== undefined && <p>Request {problem.requestId}</p>}
    </>
  );
}

function explain(error: Error): { readonly header: string; readonly advice: string } {
  if (!(error instanceof ProblemError)) {
    return {
      header: 'The console cannot reach Stepmill',
      advice: `${error.message}. Check the connection, and that Stepmill runs; the page asks again by itself.`,
    };
  }
  const { title, detail } = error.problem;
  return { header: title, advice: detail ?? '' };
}
