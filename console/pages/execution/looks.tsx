import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { COLORS } from '../../parts/colors.ts';
import type { StateStatus } from './statuses.ts';

interface Look {
  readonly type: StatusIndicatorProps.Type;
  readonly text: string;
  /** A path in 12 by 12 pixels, so that colour is not the only sign. */
  readonly sign: string;
  readonly fill: string;
  readonly stroke: string;
}

/** How a state looks in the picture, in lists and on the timeline. */
export const LOOKS: Readonly<Record<StateStatus, Look>> = {
  running: look('in-progress', 'Running', 'M 2 1 L 11 6 L 2 11 Z', COLORS.infoSurface, COLORS.info),
  retrying: look(
    'pending',
    'Waits to retry',
    'M 10 6 A 4 4 0 1 1 6 2 M 6 0 L 9 2 L 6 4',
    COLORS.warningSurface,
    COLORS.warning,
  ),
  succeeded: look(
    'success',
    'Succeeded',
    'M 1 6 L 5 10 L 11 2',
    COLORS.successSurface,
    COLORS.success,
  ),
  caught: look(
    'warning',
    'Error caught',
    'M 6 0 V 7 M 6 10 V 12',
    COLORS.warningSurface,
    COLORS.warning,
  ),
  failed: look('error', 'Failed', 'M 1 1 L 11 11 M 11 1 L 1 11', COLORS.errorSurface, COLORS.error),
  stopped: look('stopped', 'Stopped', 'M 2 2 H 10 V 10 H 2 Z', COLORS.surface, COLORS.quietText),
};

/** Of a state that was not entered. */
export const NOT_ENTERED: Look = look('pending', 'Not entered', '', COLORS.surface, COLORS.divider);

function look(
  type: StatusIndicatorProps.Type,
  text: string,
  sign: string,
  fill: string,
  stroke: string,
): Look {
  return { type, text, sign, fill, stroke };
}

export function StateStatusView({ of }: { readonly of: StateStatus }) {
  const { type, text } = LOOKS[of];
  return <StatusIndicator type={type}>{text}</StatusIndicator>;
}
