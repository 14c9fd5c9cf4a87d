import { useApproveDelivery, useRejectDelivery } from '../../data/delivery.ts';
import { useNotify } from '../../parts/notices.tsx';
import { Verdict } from '../../parts/verdict.tsx';

interface DecideProps {
  readonly stage: string;
  /** Of the approval that the person sees. */
  readonly revision: string;
}

/** Approves or rejects what waits. */
export function Decide({ stage, revision }: DecideProps) {
  const approve = useApproveDelivery();
  const reject = useRejectDelivery();
  const notify = useNotify();
  const onSuccess = ({
    status,
    decision,
  }: {
    readonly status: string;
    readonly decision: string;
  }) => notify({ type: 'success', header: `${stage}: ${status}`, content: decision });
  return (
    <Verdict
      description="CodePipeline and the audit keep it with your name. Needed to reject."
      yes={{
        ...approve,
        label: 'Approve',
        take: (reason) => approve.mutate({ revision, reason }, { onSuccess }),
      }}
      no={{
        ...reject,
        label: 'Reject',
        demand: 'Say why it is rejected.',
        take: (reason) => reject.mutate({ revision, reason }, { onSuccess }),
      }}
    />
  );
}
