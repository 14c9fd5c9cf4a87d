import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Steps, { type StepsProps } from '@cloudscape-design/components/steps';

/** What people see of the workflow, with the states that begin each part. */
const PARTS: readonly (readonly [title: string, states: readonly string[]])[] = [
  ['Find the file and the model', ['Read request', 'Look up file', 'Read model package']],
  ['Inspect the rows', ['Inspect rows', 'Rows to score?']],
  [
    'Score the rows',
    [
      'Create scoring model',
      'Score rows',
      'Explain rows',
      'Remove scoring model',
      'Wait for capacity',
    ],
  ],
  ['Compare with the training rows', ['Measure drift', 'Read drift']],
  ['Put the answers beside the rows', ['Summarize scores', 'Announce scores']],
];

/** How far a scoring is. */
export function Progress({ step }: { readonly step: string | undefined }) {
  const current = Math.max(
    0,
    PARTS.findIndex(([, states]) => step !== undefined && states.includes(step)),
  );
  const steps = PARTS.map(
    ([header], index): StepsProps.Step => ({
      header,
      status: index < current ? 'success' : index === current ? 'in-progress' : 'pending',
      statusIconAriaLabel: index < current ? 'Done' : index === current ? 'In progress' : 'Pending',
      ...(index === current && step !== undefined ? { details: step } : {}),
    }),
  );
  return (
    <Container header={<Header variant="h2">Progress</Header>}>
      <Steps steps={steps} ariaLabel="Progress of the scoring" />
    </Container>
  );
}
