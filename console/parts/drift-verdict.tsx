import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';

type Look = readonly [StatusIndicatorProps.Type, string];

const LOOKS: Readonly<Record<string, Look>> = {
  ok: ['success', 'No drift'],
  drifted: ['warning', 'Drifted'],
  'not enough data': ['info', 'Not enough data'],
  'no traffic': ['stopped', 'No traffic'],
  'not compared': ['stopped', 'Not compared'],
  'not measured': ['stopped', 'Not measured'],
};

/** Whether a window, a batch or a column still looks like the training rows. */
export function DriftVerdict({ of }: { readonly of: string }) {
  const [type, text] = LOOKS[of] ?? (['info', of] as const);
  return (
    <span style={{ whiteSpace: 'nowrap' }}>
      <StatusIndicator type={type}>{text}</StatusIndicator>
    </span>
  );
}

/** The same in words, where there is no room for its colour. */
export function nameVerdict(verdict: string): string {
  return LOOKS[verdict]?.[1] ?? verdict;
}
