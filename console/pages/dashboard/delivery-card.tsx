import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useDelivery } from '../../data/delivery.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageLink } from '../../parts/page-link.tsx';
import { Status } from '../../parts/status.tsx';

/** The pipeline at a glance: every stage with its state. */
export function DeliveryCard() {
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<PageLink to="/delivery">Stages and approvals</PageLink>}
          description="From a commit to production."
        >
          Delivery
        </Header>
      }
    >
      <Loaded from={useDelivery()}>
        {({ stages }) => (
          <KeyValuePairs
            columns={4}
            items={stages.map(({ name, status, changedAt }) => ({
              label: name,
              value: (
                <>
                  <Status of={status} /> {changedAt !== undefined && <Moment at={changedAt} />}
                </>
              ),
            }))}
          />
        )}
      </Loaded>
    </Container>
  );
}
