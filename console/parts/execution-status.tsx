import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { Status } from './status.tsx';

/** Outcomes of succeeded executions that did not achieve their purpose. */
const LOOKS: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  'Below the gate': 'warning',
  'Dataset rejected': 'warning',
  'File missing': 'warning',
  'File rejected': 'warning',
  'Quality below the gate': 'warning',
  'Rolled back': 'warning',
  'Not better': 'warning',
  Drifted: 'warning',
  Duplicate: 'info',
  Superseded: 'info',
  'Already live': 'info',
  'No live model': 'info',
  'No traffic': 'info',
  'Not enough data': 'info',
  'Nothing changed': 'info',
  'On trial': 'in-progress',
};

interface Ended {
  readonly status: string;
  readonly outcome?: string | undefined;
}

/** The status of an execution. A succeeded one shows its outcome, because a refused dataset is not a success for people. */
export function ExecutionStatus({ of: { status, outcome } }: { readonly of: Ended }) {
  if (status !== 'SUCCEEDED' || outcome === undefined) return <Status of={status} />;
  return <StatusIndicator type={LOOKS[outcome] ?? 'success'}>{outcome}</StatusIndicator>;
}
