import Badge from '@cloudscape-design/components/badge';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useParams } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client/index.ts';
import { useModel } from '../../data/models.ts';
import { Empty } from '../../parts/empty.tsx';
import { ExecutionLink } from '../../parts/execution-link.tsx';
import { describeBound } from '../../parts/gate-bound.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { renderNumber } from '../../parts/numbers.ts';
import { Page } from '../../parts/page.tsx';
import { nameStatus, Status } from '../../parts/status.tsx';
import { NO_CHAMPION } from './champion.ts';
import { ModelActions } from './model-actions.tsx';
import { ModelLineage } from './model-lineage.tsx';
import { pairs } from './pairs.ts';

type Version = Schemas['ModelVersion'];

/** One version: what it is, how good it is, what led to it and what came of it. */
export function ModelPage() {
  const { version } = useParams({ from: '/models/$version' });
  const model = useModel(version);
  return (
    <Page title={version} actions={model.data !== undefined && <ModelActions of={model.data} />}>
      <Loaded from={model}>
        {(data) => (
          <SpaceBetween size="l">
            <Facts of={data} />
            <ColumnLayout columns={2} minColumnWidth={360}>
              <SpaceBetween size="l">
                <Metrics of={data} />
                <Hyperparameters of={data.hyperparameters} />
              </SpaceBetween>
              <ModelLineage of={data} />
            </ColumnLayout>
            <Promotions of={data} />
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
}

function Facts({ of }: { readonly of: Version }) {
  const { status, isLive, registeredAt, algorithm, decision, promotion } = of;
  return (
    <Container header={<Header variant="h2">Version</Header>}>
      <KeyValuePairs
        columns={4}
        minColumnWidth={200}
        items={pairs({
          Status: <Status of={status} />,
          Live: isLive ? <Badge color="green">Live</Badge> : 'No',
          Registered: <Moment at={registeredAt} />,
          Algorithm: algorithm,
          Decision: decision,
          'Last promotion': promotion,
          'Label means': of.labelMeaning,
          'Compared with': of.champion === NO_CHAMPION ? undefined : of.champion,
          'Fingerprint of the code': of.codeVersion,
          Commit: of.commit,
        })}
      />
    </Container>
  );
}

function Metrics({ of: { metrics, bounds } }: { readonly of: Version }) {
  const items = Object.entries(metrics).map(([name, value]) => ({
    name,
    value,
    bound: bounds[name],
  }));
  return (
    <Table
      header={<Header variant="h2">Metrics</Header>}
      items={items}
      trackBy="name"
      wrapLines
      columnDefinitions={[
        { id: 'name', header: 'Metric', isRowHeader: true, cell: ({ name }) => name },
        { id: 'value', header: 'Value', cell: ({ value }) => renderNumber(value) },
        { id: 'bound', header: 'Gate', cell: ({ bound }) => describeBound(bound) },
      ]}
      empty={
        <Empty title="No metrics">
          The training registered none. The log of its evaluation says why: open its execution.
        </Empty>
      }
      ariaLabels={{ tableLabel: 'Metrics' }}
    />
  );
}

/** The settings given to the training; all others have the algorithm's defaults. */
function Hyperparameters({ of }: { readonly of: Version['hyperparameters'] }) {
  return (
    <Table
      header={<Header variant="h2">Hyperparameters</Header>}
      items={Object.entries(of).map(([name, value]) => ({ name, value }))}
      trackBy="name"
      wrapLines
      columnDefinitions={[
        { id: 'name', header: 'Name', isRowHeader: true, cell: ({ name }) => name },
        { id: 'value', header: 'Value', cell: ({ value }) => value },
      ]}
      empty={<Empty title="None is recorded">The algorithm's own values were used.</Empty>}
      ariaLabels={{ tableLabel: 'Hyperparameters' }}
    />
  );
}

function Promotions({ of }: { readonly of: Version }) {
  return (
    <Table
      header={<Header variant="h2">Promotions</Header>}
      items={of.lineage.promotions}
      trackBy="execution"
      columnDefinitions={[
        { id: 'at', header: 'When', cell: ({ at }) => <Moment at={at} /> },
        {
          id: 'outcome',
          header: 'Outcome',
          isRowHeader: true,
          cell: ({ outcome }) => nameStatus(outcome),
        },
        {
          id: 'reason',
          header: 'Reason',
          cell: ({ reason = '' }) => (reason === '' ? '–' : reason),
        },
        {
          id: 'execution',
          header: 'Execution',
          cell: ({ execution }) => (
            <ExecutionLink project={of.project} workflow="promotion" execution={execution} />
          ),
        },
      ]}
      empty={<Empty title="Not promoted yet">An approval starts its promotion.</Empty>}
      ariaLabels={{ tableLabel: 'Promotions' }}
    />
  );
}
