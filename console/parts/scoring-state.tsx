import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import type { Schemas } from '../../api/client/index.ts';

type State = Schemas['ScoringState'];

const LOOKS: Readonly<Record<State, readonly [StatusIndicatorProps.Type, string]>> = {
  running: ['in-progress', 'Scoring'],
  scored: ['success', 'Scored'],
  duplicate: ['info', 'Scored before'],
  refused: ['error', 'Refused'],
  'file-missing': ['error', 'File missing'],
  'no-live-model': ['warning', 'No live model'],
  failed: ['error', 'Failed'],
  stopped: ['stopped', 'Stopped'],
};

/** What became of a file that was to be scored. */
export function ScoringState({ of }: { readonly of: State }) {
  const [type, text] = LOOKS[of];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}
