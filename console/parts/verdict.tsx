import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { DeedButton } from './deed-button.tsx';
import { Failure } from './failure.tsx';
import { judgeReason } from './reason.ts';

interface Way {
  /** Of its button. */
  readonly label: string;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly take: (reason: string) => void;
}

interface VerdictProps {
  /** Where the reason is kept. */
  readonly description: string;
  readonly yes: Way;
  /** What is to be said before it can be taken. */
  readonly no: Way & { readonly demand: string };
}

/** Two ways to decide, for approvers, with a reason: `no` is not taken without one. */
export function Verdict({ description, yes, no }: VerdictProps) {
  const [text, setText] = useState('');
  const reason = text.trim();
  const mistake = judgeReason(text);
  const error = yes.error ?? no.error;
  return (
    <SpaceBetween size="s">
      <FormField stretch label="Reason" description={description} errorText={mistake}>
        <Input value={text} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
      <SpaceBetween direction="horizontal" size="xs">
        <DeedButton
          deed="approve"
          variant="primary"
          loading={yes.isPending}
          disabled={mistake !== undefined || no.isPending}
          {...(mistake === undefined ? {} : { disabledReason: mistake })}
          onClick={() => yes.take(reason)}
        >
          {yes.label}
        </DeedButton>
        <DeedButton
          deed="approve"
          loading={no.isPending}
          disabled={reason === '' || mistake !== undefined || yes.isPending}
          disabledReason={mistake ?? no.demand}
          onClick={() => no.take(reason)}
        >
          {no.label}
        </DeedButton>
      </SpaceBetween>
      {error !== null && <Failure error={error} />}
    </SpaceBetween>
  );
}
