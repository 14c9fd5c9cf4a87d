import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import type { Schemas } from '../../api/client/index.ts';

type State = Schemas['DatasetState'];

const LOOKS: Readonly<Record<State, readonly [StatusIndicatorProps.Type, string]>> = {
  received: ['pending', 'Settling'],
  training: ['in-progress', 'In training'],
  registered: ['success', 'Trained'],
  'below-gate': ['warning', 'Below the gate'],
  refused: ['error', 'Refused'],
  duplicate: ['info', 'Duplicate'],
  superseded: ['stopped', 'Superseded'],
  failed: ['error', 'Training failed'],
};

/** What became of an upload. */
export function DatasetState({ of }: { readonly of: State }) {
  const [type, text] = LOOKS[of];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}

/** The same in words, where there is no room for its colour. */
export function nameDatasetState(state: State): string {
  return LOOKS[state][1];
}
