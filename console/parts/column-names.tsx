import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { Fragment } from 'react';

/** More are shown only when they are asked for. */
const SHOWN_NAMES = 15;

interface ColumnNamesProps {
  readonly of: readonly string[];
  /** As files have it. */
  readonly delimiter: string;
}

/** The columns of a file as its lines have them; they can be copied as a header. */
export function ColumnNames({ of, delimiter }: ColumnNamesProps) {
  if (of.length <= SHOWN_NAMES) return <Names of={of} delimiter={delimiter} />;
  return (
    <>
      {of.length} columns
      <ExpandableSection variant="inline" headerText="Show their names">
        <Names of={of} delimiter={delimiter} />
      </ExpandableSection>
    </>
  );
}

/** Lines end between names, not in them. */
function Names({ of, delimiter }: ColumnNamesProps) {
  return (
    <code>
      {of.map((name, index) => (
        <Fragment key={name}>
          {index > 0 && (delimiter === '\t' ? ' ' : delimiter)}
          {index > 0 && <wbr />}
          {name}
        </Fragment>
      ))}
    </code>
  );
}
