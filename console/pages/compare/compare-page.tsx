import Alert from '@cloudscape-design/components/alert';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client/index.ts';
import { useComparison } from '../../data/comparisons.ts';
import { useModels } from '../../data/models.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { MetricDifferences } from './metric-differences.tsx';
import { Plots } from './plots.tsx';

/** Two versions side by side. */
export function ComparePage() {
  const { a, b } = useSearch({ from: '/models/compare' });
  return (
    <Page title="Compare versions" description="Two versions of one project.">
      <SpaceBetween size="l">
        <ColumnLayout columns={2}>
          <Version label="First version" name="a" other={b} />
          <Version label="Second version" name="b" other={a} />
        </ColumnLayout>
        {a === undefined || b === undefined ? (
          <Empty title="Choose two versions">Both must be of one project.</Empty>
        ) : (
          <Comparison key={`${a} ${b}`} one={a} other={b} />
        )}
      </SpaceBetween>
    </Page>
  );
}

interface VersionProps {
  readonly label: string;
  readonly name: 'a' | 'b';
  /** The version it is compared with. */
  readonly other: string | undefined;
}

/** Chooses among the versions of the other one's project. */
function Version({ label, name, other }: VersionProps) {
  const search = useSearch({ from: '/models/compare' });
  const navigate = useNavigate({ from: '/models/compare' });
  const project = other?.split(':')[0];
  const { data = [] } = useModels({ project });
  const options = data
    .filter(({ version }) => version !== other)
    .map(({ version, algorithm = '' }) => ({
      label: version,
      value: version,
      description: algorithm,
    }));
  const chosen = search[name];
  return (
    <Select
      inlineLabelText={label}
      ariaLabel={label}
      placeholder="Choose"
      options={options}
      empty="This project has no other version."
      selectedOption={chosen === undefined ? null : { label: chosen, value: chosen }}
      onChange={({ detail }) =>
        void navigate({ search: { ...search, [name]: detail.selectedOption.value } })
      }
    />
  );
}

interface PairProps {
  readonly one: string;
  readonly other: string;
}

function Comparison({ one, other }: PairProps) {
  return (
    <Loaded from={useComparison(one, other)}>
      {(comparison) => (
        <SpaceBetween size="l">
          <Rows of={comparison} />
          <MetricDifferences of={comparison} />
          <Plots one={one} other={other} />
          <Settings title="Hyperparameters" of={comparison.settings} pair={{ one, other }} />
          <Settings title="Columns" of={comparison.columns} pair={{ one, other }} />
        </SpaceBetween>
      )}
    </Loaded>
  );
}

/** Whether the metrics can be compared at all. */
function Rows({ of: { isSameRows, isSameData } }: { readonly of: Schemas['ModelComparison'] }) {
  if (isSameRows) {
    return (
      <Alert type="success">
        Both were measured on the same test rows
        {isSameData ? ' of the same data.' : ', although they were trained on different data.'}
      </Alert>
    );
  }
  return (
    <Alert type="warning" header="Measured on different test rows">
      A difference of the metrics may come from the rows. Train both on the same data to compare
      them.
    </Alert>
  );
}

interface SettingsProps {
  readonly title: string;
  readonly of: Schemas['ModelComparison']['settings'];
  readonly pair: PairProps;
}

function Settings({ title, of, pair }: SettingsProps) {
  return (
    <Table
      header={<Header variant="h2">{title} that differ</Header>}
      items={of}
      trackBy="name"
      columnDefinitions={[
        { id: 'name', header: 'Name', isRowHeader: true, cell: ({ name }) => name },
        { id: 'one', header: pair.one, cell: ({ one = 'default' }) => one },
        { id: 'other', header: pair.other, cell: ({ other = 'default' }) => other },
      ]}
      wrapLines
      empty={<Empty title="No difference">Both versions have the same.</Empty>}
      ariaLabels={{ tableLabel: title }}
    />
  );
}
