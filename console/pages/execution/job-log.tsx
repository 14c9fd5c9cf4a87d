import { useJobLog } from '../../data/job-logs.ts';
import { Empty } from '../../parts/empty.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Preformatted } from '../../parts/preformatted.tsx';

interface JobLogProps {
  readonly project: string;
  readonly job: string;
}

/** The last lines; the first ones of a long log are in CloudWatch. */
const SHOWN_LINES = 200;

/** The last lines of a SageMaker job's log. */
export function JobLog({ project, job }: JobLogProps) {
  return (
    <Loaded from={useJobLog(project, job)}>
      {({ lines }) =>
        lines.length === 0 ? (
          <Empty title="No line yet">The job writes its log when it runs.</Empty>
        ) : (
          <Preformatted>
            {lines
              .slice(-SHOWN_LINES)
              .map(({ at, text }) => `${new Date(at).toLocaleTimeString('en')}  ${text}`)
              .join('\n')}
          </Preformatted>
        )
      }
    </Loaded>
  );
}
