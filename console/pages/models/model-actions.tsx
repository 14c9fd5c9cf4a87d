import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../../api/client/index.ts';
import { DeedButton } from '../../parts/deed-button.tsx';
import { NO_CHAMPION } from './champion.ts';

/** What can be decided on a version; the next page says what would happen. */
export function ModelActions({
  of: { version, status, champion },
}: {
  readonly of: Schemas['ModelVersion'];
}) {
  const navigate = useNavigate();
  const decide = (as: 'approve' | 'reject') => () =>
    void navigate({ to: '/models/$version/decide', params: { version }, search: { as } });
  const versions =
    champion === undefined || champion === NO_CHAMPION
      ? { a: version }
      : { a: version, b: champion };
  const isRejected = status === 'Rejected';
  const isApproved = status === 'Approved';
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button onClick={() => void navigate({ to: '/models/compare', search: versions })}>
        Compare
      </Button>
      <DeedButton
        deed="approve"
        disabled={isRejected}
        {...(isRejected ? { disabledReason: 'It is rejected already.' } : {})}
        onClick={decide('reject')}
      >
        Reject
      </DeedButton>
      <DeedButton
        deed="approve"
        variant="primary"
        disabled={isApproved}
        {...(isApproved ? { disabledReason: 'It is approved already.' } : {})}
        onClick={decide('approve')}
      >
        Approve
      </DeedButton>
    </SpaceBetween>
  );
}
