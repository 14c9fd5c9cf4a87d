import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useApproveDelivery, useRejectDelivery } from '../../data/delivery.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { judgeReason } from '../../parts/reason.ts';

interface DecideProps {
  readonly stage: string;
  /** Of the approval that the person sees. */
  readonly revision: string;
}

/** Approves or rejects what waits. */
export function Decide({ stage, revision }: DecideProps) {
  const [reason, setReason] = useState('');
  const approve = useApproveDelivery();
  const reject = useRejectDelivery();
  const notify = useNotify();
  const error = approve.error ?? reject.error;
  const mistake = judgeReason(reason);
  const onSuccess = ({
    status,
    decision,
  }: {
    readonly status: string;
    readonly decision: string;
  }) => notify({ type: 'success', header: `${stage}: ${status}`, content: decision });
  return (
    <SpaceBetween size="s">
      <FormField
        stretch
        label="Reason"
        description="CodePipeline and the audit keep it with your name. Needed to reject."
        errorText={mistake}
      >
        <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
      <SpaceBetween direction="horizontal" size="xs">
        <DeedButton
          deed="approve"
          variant="primary"
          loading={approve.isPending}
          disabled={mistake !== undefined || reject.isPending}
          {...(mistake === undefined ? {} : { disabledReason: mistake })}
          onClick={() => approve.mutate({ revision, reason: reason.trim() }, { onSuccess })}
        >
          Approve
        </DeedButton>
        <DeedButton
          deed="approve"
          loading={reject.isPending}
          disabled={reason.trim() === '' || mistake !== undefined || approve.isPending}
          disabledReason={mistake ?? 'Say why it is rejected.'}
          onClick={() => reject.mutate({ revision, reason: reason.trim() }, { onSuccess })}
        >
          Reject
        </DeedButton>
      </SpaceBetween>
      {error !== null && <Failure error={error} />}
    </SpaceBetween>
  );
}
