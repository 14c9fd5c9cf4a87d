import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type Monitoring, useStartMonitoring } from '../../data/monitoring.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { Failure } from '../../parts/failure.tsx';
import { readMoment } from './read-moment.ts';

interface StartWindowProps {
  readonly project: string;
  readonly settings: NonNullable<Monitoring['settings']>;
}

/** How windows are judged, and the way to judge one now. */
export function StartWindow({ project, settings }: StartWindowProps) {
  const [start, setStart] = useState('');
  const [end, setEnd] = useState('');
  const navigate = useNavigate();
  const starting = useStartMonitoring(project);
  const windowStart = readMoment(start);
  const windowEnd = readMoment(end);
  const isWrong = windowStart === null || windowEnd === null;
  return (
    <Container
      header={
        <Header variant="h2" description={describeSettings(settings)}>
          Judge a window
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ColumnLayout columns={2}>
          <MomentField
            label="From (UTC)"
            description={`Empty: ${settings.windowHours} hours before the end`}
            value={start}
            isWrong={windowStart === null}
            change={setStart}
          />
          <MomentField
            label="To (UTC)"
            description="Empty: now"
            value={end}
            isWrong={windowEnd === null}
            change={setEnd}
          />
        </ColumnLayout>
        {starting.error !== null && <Failure error={starting.error} />}
        <DeedButton
          deed="train"
          variant="primary"
          loading={starting.isPending}
          loadingText="Starting"
          disabled={isWrong}
          {...(isWrong ? { disabledReason: 'Correct the times first.' } : {})}
          onClick={() => {
            if (windowStart === null || windowEnd === null) return;
            starting.mutate(
              {
                ...(windowStart === undefined ? {} : { windowStart }),
                ...(windowEnd === undefined ? {} : { windowEnd }),
              },
              {
                onSuccess: ({ execution: report }) =>
                  void navigate({
                    to: '/monitoring/$project/$report',
                    params: { project, report },
                  }),
              },
            );
          }}
        >
          Judge window
        </DeedButton>
      </SpaceBetween>
    </Container>
  );
}

interface MomentFieldProps {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly isWrong: boolean;
  readonly change: (value: string) => void;
}

function MomentField({ label, description, value, isWrong, change }: MomentFieldProps) {
  return (
    <FormField
      label={label}
      description={description}
      errorText={isWrong ? 'Write it as 2026-11-30 06:00.' : undefined}
    >
      <Input
        value={value}
        placeholder="2026-11-30 06:00"
        onChange={({ detail }) => change(detail.value)}
      />
    </FormField>
  );
}

function describeSettings({ schedule, windowHours, drift }: StartWindowProps['settings']): string {
  const { minimumRows, minimumEffect, significance } = drift;
  return `Schedule: ${schedule}, for windows of ${windowHours} hours. A column counts as drifted where the window has at least ${minimumRows} rows, its effect is above ${minimumEffect}, and its chance (q) is at most ${significance}.`;
}
