import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table from '@cloudscape-design/components/table';
import type { Schemas } from '../../../api/client/index.ts';
import { Moment } from '../../parts/moment.tsx';
import { Status } from '../../parts/status.tsx';
import { Commit } from './commit.tsx';

type Stage = Schemas['DeliveryStage'];

/** Every stage in its order: where the last commit is in it, since when, and what its steps say. */
export function Stages({ of }: { readonly of: readonly Stage[] }) {
  return (
    <Table
      variant="container"
      header={
        <Header variant="h2" description="From a commit to production, in this order.">
          Stages
        </Header>
      }
      ariaLabels={{ tableLabel: 'Stages' }}
      items={of}
      trackBy="name"
      wrapLines
      columnDefinitions={[
        { id: 'stage', header: 'Stage', cell: ({ name }) => name, isRowHeader: true },
        { id: 'status', header: 'Status', cell: (stage) => <State of={stage} /> },
        { id: 'commit', header: 'Commit', cell: ({ commit }) => <Commit of={commit} /> },
        {
          id: 'since',
          header: 'Since',
          cell: ({ changedAt }) => (changedAt === undefined ? '-' : <Moment at={changedAt} />),
        },
        { id: 'steps', header: 'Steps', cell: ({ steps }) => <Steps of={steps} /> },
      ]}
    />
  );
}

function State({ of: { status, waiting, condition } }: { readonly of: Stage }) {
  return (
    <>
      <Status of={status} />
      {waiting > 0 && (
        <Box variant="small" display="block">
          {waiting === 1 ? '1 commit waits' : `${waiting} commits wait`}
        </Box>
      )}
      {condition !== undefined && (
        <Box variant="small" display="block">
          {condition}
        </Box>
      )}
    </>
  );
}

function Steps({ of }: { readonly of: Stage['steps'] }) {
  return of.map(({ name, status, detail, link }) => (
    <div key={name}>
      {link === undefined ? (
        name
      ) : (
        <Link href={link} external externalIconAriaLabel="Opens in a new tab">
          {name}
        </Link>
      )}{' '}
      <Status of={status} />
      {detail !== undefined && (
        <Box variant="small" display="block">
          {detail}
        </Box>
      )}
    </div>
  ));
}
