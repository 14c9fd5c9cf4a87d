import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useRouter } from '@tanstack/react-router';
import { isPassing } from '../data/polling.ts';
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
      action={retry !== undefined && <NextStep error={error} retry={retry} />}
    >
      {advice}
      {error instanceof ProblemError && <Mistakes of={error} />}
    </Alert>
  );
}

/** What helps: to ask again, or to leave an address that names nothing. */
function NextStep({ error, retry }: Required<FailureProps> & { readonly retry: () => void }) {
  const { history } = useRouter();
  if (isPassing(error)) return <Button onClick={retry}>Try again</Button>;
  const [, section = ''] = history.location.pathname.split('/');
  return <Button onClick={() => history.push(`/${section}`)}>Show all {section}</Button>;
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

/** Where API Gateway answers for the API, and says no more than a title. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [429, 'There are more requests than the API takes. The page asks again in a few seconds.'],
  [500, 'The API failed; its log says more. The page asks again by itself.'],
  [502, 'The API failed; its log says more. The page asks again by itself.'],
  [503, 'The API is not available. The page asks again by itself.'],
  [504, 'The API took too long. The page asks again by itself.'],
]);

function explain(error: Error): { readonly header: string; readonly advice: string } {
  if (!(error instanceof ProblemError)) {
    return {
      header: 'The console cannot reach Stepmill',
      advice: `${error.message}. Check the connection, and that Stepmill runs; the page asks again by itself.`,
    };
  }
  const { title, detail, status } = error.problem;
  return { header: title, advice: detail ?? ADVICE.get(status) ?? '' };
}
