import Box from '@cloudscape-design/components/box';
import { useNavigate } from '@tanstack/react-router';
import type { ReportSummary } from '../../data/monitoring.ts';
import { nameVerdict } from '../../parts/drift-verdict.tsx';
import './verdict-strip.css';

const short = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** The verdict of each window, from the oldest to the newest. */
export function VerdictStrip({ of }: { readonly of: readonly ReportSummary[] }) {
  const navigate = useNavigate();
  const judged = of.filter(({ verdict }) => verdict !== undefined).toReversed();
  return (
    <div>
      <Box variant="h3">Verdict of each window</Box>
      <ol className="verdicts" aria-label="Verdict of each window">
        {judged.map(({ project, report, verdict = '', window, startedAt }) => {
          const text = `${short.format(new Date(window?.end ?? startedAt))}: ${nameVerdict(verdict)}`;
          return (
            <li key={report}>
              <button
                type="button"
                className={`verdict verdict-${verdict.replaceAll(' ', '-')}`}
                aria-label={text}
                title={text}
                onClick={() =>
                  void navigate({ to: '/monitoring/$project/$report', params: { project, report } })
                }
              />
            </li>
          );
        })}
      </ol>
      <Box variant="small">
        <span className="verdict-key verdict-ok" /> no drift{' '}
        <span className="verdict-key verdict-drifted" /> drifted{' '}
        <span className="verdict-key verdict-not-enough-data" /> not enough data{' '}
        <span className="verdict-key verdict-no-traffic" /> no traffic
      </Box>
    </div>
  );
}
