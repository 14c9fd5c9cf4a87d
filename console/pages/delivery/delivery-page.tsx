import SpaceBetween from '@cloudscape-design/components/space-between';
import { useDelivery } from '../../data/delivery.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Approval } from './approval.tsx';
import { Stages } from './stages.tsx';

/** The way of commits to production, and what waits for a person on it. */
export function DeliveryPage() {
  return (
    <Page title="Delivery">
      <Loaded from={useDelivery()}>
        {({ environment, stages, approvals }) => (
          <SpaceBetween size="l">
            {approvals.map((approval) => (
              <Approval key={approval.revision} of={approval} environment={environment} />
            ))}
            <Stages of={stages} />
          </SpaceBetween>
        )}
      </Loaded>
    </Page>
  );
}
