import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import type { Schemas } from '../../../api/client/index.ts';
import {
  type ExecutionPath,
  useRedriveExecution,
  useStopExecution,
} from '../../data/executions.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { useNotify } from '../../parts/notices.tsx';
import { judgeReason } from '../../parts/reason.ts';

interface ActionsProps {
  readonly path: ExecutionPath;
  readonly execution: Schemas['Execution'];
  /** The states that a redrive runs again. */
  readonly again: ReadonlySet<string>;
}

/** What can be done with an execution. */
export function Actions({ path, execution, again }: ActionsProps) {
  const [open, setOpen] = useState<'stop' | 'redrive'>();
  const { status, isRedrivable, redriveReason = 'It has succeeded.' } = execution;
  const close = () => setOpen(undefined);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <DeedButton
        deed="train"
        disabled={status !== 'RUNNING'}
        disabledReason="It does not run."
        onClick={() => setOpen('stop')}
      >
        Stop
      </DeedButton>
      <DeedButton
        deed="train"
        disabled={!isRedrivable}
        disabledReason={status === 'RUNNING' ? 'It still runs.' : redriveReason}
        onClick={() => setOpen('redrive')}
      >
        Redrive
      </DeedButton>
      {open === 'stop' && <Stop path={path} close={close} />}
      {open === 'redrive' && <Redrive path={path} again={again} close={close} />}
    </SpaceBetween>
  );
}

interface DeedProps {
  readonly path: ExecutionPath;
  readonly close: () => void;
}

function Stop({ path, close }: DeedProps) {
  const [reason, setReason] = useState('');
  const stop = useStopExecution(path);
  const notify = useNotify();
  const mistake = judgeReason(reason);
  const run = () =>
    stop.mutate(reason, {
      onSuccess: () => {
        notify({ type: 'success', content: `${path.execution} is stopped.` });
        close();
      },
    });
  return (
    <Confirm
      title="Stop the execution"
      verb="Stop"
      isBusy={stop.isPending}
      obstacle={mistake}
      run={run}
      close={close}
    >
      <Alert type="warning">
        The workflow cannot clean up after itself: a job that runs is stopped, and what it has
        written stays.
        {path.workflow === 'promotion' && ' Look at the endpoint afterwards.'} A redrive continues
        from the states that run now.
      </Alert>
      <FormField
        label="Cause"
        description="Step Functions keeps it with the execution. Optional."
        errorText={mistake}
      >
        <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
      </FormField>
      {stop.error !== null && <Failure error={stop.error} />}
    </Confirm>
  );
}

function Redrive({ path, again, close }: DeedProps & Pick<ActionsProps, 'again'>) {
  const redrive = useRedriveExecution(path);
  const notify = useNotify();
  const run = () =>
    redrive.mutate(undefined, {
      onSuccess: () => {
        notify({ type: 'success', content: `${path.execution} runs again.` });
        close();
      },
    });
  return (
    <Confirm
      title="Redrive the execution"
      verb="Redrive"
      isBusy={redrive.isPending}
      run={run}
      close={close}
    >
      <Box variant="p">These states run again, with new retries, and then what follows them:</Box>
      <ul>
        {[...again].map((state) => (
          <li key={state}>{state}</li>
        ))}
      </ul>
      <Box variant="p">States that have succeeded keep their results and do not run again.</Box>
      {redrive.error !== null && <Failure error={redrive.error} />}
    </Confirm>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly verb: string;
  readonly isBusy: boolean;
  /** Why it cannot be done yet. */
  readonly obstacle?: string | undefined;
  readonly run: () => void;
  readonly close: () => void;
  readonly children: ReactNode;
}

function Confirm({ title, verb, isBusy, obstacle, run, close, children }: ConfirmProps) {
  return (
    <Modal
      visible
      header={title}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={isBusy}
              disabled={obstacle !== undefined}
              onClick={run}
            >
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">{children}</SpaceBetween>
    </Modal>
  );
}
