import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect, useRef } from 'react';
import type { PredictionForm, PredictionRecord } from '../../data/predictions.ts';
import { ProblemError } from '../../data/problem-error.ts';
import { Empty } from '../../parts/empty.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Answer } from './answer.tsx';
import { mistakesOf } from './record.ts';
import { RequestCode } from './request-code.tsx';
import type { Asking } from './use-asking.ts';

interface AskProps {
  readonly form: PredictionForm;
  readonly asking: Asking;
  /** What would be sent now. */
  readonly records: readonly PredictionRecord[];
  readonly ask: () => void;
  /** Fills the record with an example. @default no button */
  readonly fill?: () => void;
  readonly children: ReactNode;
}

/** A question about one record beside its answer. */
export function Ask({ form, asking, records, ask, fill, children }: AskProps) {
  return (
    <SpaceBetween size="l">
      <Grid
        gridDefinition={[{ colspan: { default: 12, m: 7 } }, { colspan: { default: 12, m: 5 } }]}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask();
            focusMistake(event.currentTarget);
          }}
        >
          <Container
            header={
              <Header
                variant="h2"
                actions={
                  fill !== undefined && (
                    <Button formAction="none" onClick={fill}>
                      Fill with an example
                    </Button>
                  )
                }
              >
                Record
              </Header>
            }
          >
            <Form
              actions={
                <Button variant="primary" loading={asking.isPending} loadingText="Asking">
                  Predict {form.label}
                </Button>
              }
            >
              {children}
            </Form>
          </Container>
        </form>
        <Outcome form={form} asking={asking} />
      </Grid>
      <RequestCode form={form} records={records} />
    </SpaceBetween>
  );
}

/** A long form may have its first mistake out of sight. */
function focusMistake(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

function Outcome({ form, asking }: Pick<AskProps, 'form' | 'asking'>) {
  const { error, answered } = asking;
  const place = useRef<HTMLDivElement>(null);
  // A long form has its button far below the answer.
  useEffect(() => {
    if (answered !== undefined) place.current?.scrollIntoView({ block: 'nearest' });
  }, [answered]);
  return (
    <div ref={place}>
      <Container header={<Header variant="h2">Answer</Header>}>
        <SpaceBetween size="m">
          {error !== null && !isAtFields(error) && <Failure error={error} />}
          {answered === undefined ? (
            <Empty title="No answer yet">Fill in the record and predict.</Empty>
          ) : (
            <Answer form={form} {...answered} />
          )}
        </SpaceBetween>
      </Container>
    </div>
  );
}

/** Whether the fields say it already. */
function isAtFields(error: Error): boolean {
  return error instanceof ProblemError && Object.keys(mistakesOf(error)).length > 0;
}
