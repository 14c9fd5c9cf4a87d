import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';

type Look = readonly [StatusIndicatorProps.Type, string];

/** How states of AWS's services and outcomes of workflows look; others are shown as they are. */
const LOOKS: Readonly<Record<string, Look>> = {
  // Executions
  RUNNING: ['in-progress', 'Running'],
  SUCCEEDED: ['success', 'Succeeded'],
  FAILED: ['error', 'Failed'],
  TIMED_OUT: ['error', 'Timed out'],
  ABORTED: ['stopped', 'Stopped'],
  PENDING_REDRIVE: ['pending', 'Waits for redrive'],
  // Model versions
  PendingManualApproval: ['pending', 'Waits for approval'],
  Approved: ['success', 'Approved'],
  Rejected: ['stopped', 'Rejected'],
  // Endpoints
  None: ['pending', 'None yet'],
  InService: ['success', 'In service'],
  Creating: ['in-progress', 'Creating'],
  Updating: ['in-progress', 'Updating'],
  SystemUpdating: ['in-progress', 'Updating'],
  ActivatingTraffic: ['in-progress', 'Shifting requests'],
  Baking: ['in-progress', 'Baking'],
  RollingBack: ['warning', 'Rolling back'],
  Deleting: ['in-progress', 'Deleting'],
  Failed: ['error', 'Failed'],
  OutOfService: ['stopped', 'Out of service'],
  // Deployments of ECS
  RECONCILE_SERVICE: ['in-progress', 'Preparing'],
  PRE_SCALE_UP: ['in-progress', 'Starting tasks'],
  SCALE_UP: ['in-progress', 'Starting tasks'],
  POST_SCALE_UP: ['in-progress', 'Tasks are healthy'],
  TEST_TRAFFIC_SHIFT: ['in-progress', 'Testing'],
  POST_TEST_TRAFFIC_SHIFT: ['in-progress', 'Testing'],
  PRE_PRODUCTION_TRAFFIC_SHIFT: ['in-progress', 'Shifting requests'],
  PRODUCTION_TRAFFIC_SHIFT: ['in-progress', 'Shifting requests'],
  POST_PRODUCTION_TRAFFIC_SHIFT: ['in-progress', 'Shifting requests'],
  BAKE_TIME: ['in-progress', 'Baking'],
  CLEAN_UP: ['in-progress', 'Removing old tasks'],
  // Stages and steps of the pipeline
  InProgress: ['in-progress', 'Running'],
  Succeeded: ['success', 'Succeeded'],
  Stopping: ['in-progress', 'Stopping'],
  Stopped: ['stopped', 'Stopped'],
  Cancelled: ['stopped', 'Cancelled'],
  Abandoned: ['stopped', 'Abandoned'],
  Skipped: ['stopped', 'Skipped'],
  // Alarms
  OK: ['success', 'OK'],
  ALARM: ['error', 'In alarm'],
  INSUFFICIENT_DATA: ['info', 'Not enough data'],
};

/** The state of something, in its usual colour. */
export function Status({ of }: { readonly of: string }) {
  const [type, text] = LOOKS[of] ?? (['info', of] as const);
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <StatusIndicator type={type}>{text}</StatusIndicator>
    </span>
  );
}

/** The same in words, where outcomes of workflows stand beside it. */
export function nameStatus(of: string): string {
  return LOOKS[of]?.[1] ?? of;
}
