import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { Empty } from '../../parts/empty.tsx';

/**
 * Checks by their names in Model Monitor:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html
 */
const CHECKS: Readonly<Record<string, string>> = {
  data_type_check: 'Type of the values',
  completeness_check: 'Missing values',
  baseline_drift_check: 'Drift from the training rows',
  missing_column_check: 'Missing column',
  extra_column_check: 'Column that training did not have',
  categorical_values_check: 'Unknown categories',
};

/** What is wrong with fields, in the words of Model Monitor's constraints. */
export function Violations({ of }: { readonly of: Schemas['DriftReport'] }) {
  const { broken } = of.read;
  return (
    <Table
      header={
        <Header
          variant="h2"
          description={
            broken.count === 0
              ? `${of.read.lines} captured lines were read.`
              : `${of.read.lines} captured lines were read; ${broken.count} could not be.`
          }
        >
          Data quality
        </Header>
      }
      items={of.violations}
      wrapLines
      columnDefinitions={[
        {
          id: 'column',
          header: 'Column',
          isRowHeader: true,
          minWidth: 130,
          cell: ({ feature_name }) => feature_name,
        },
        {
          id: 'check',
          header: 'Check',
          minWidth: 180,
          cell: ({ constraint_check_type: check }) => (
            <span title={check}>{CHECKS[check] ?? check}</span>
          ),
        },
        { id: 'text', header: 'Found', cell: ({ description }) => description },
      ]}
      empty={
        <Empty title="Nothing is wrong">
          Types, gaps, categories and ranges are as in training.
        </Empty>
      }
      ariaLabels={{ tableLabel: 'Data quality' }}
    />
  );
}
