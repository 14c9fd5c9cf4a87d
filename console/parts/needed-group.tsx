import Alert from '@cloudscape-design/components/alert';
import type { ReactNode } from 'react';
import { type Deed, useObstacle } from '../data/person.ts';

/** Says before a form is filled in that the caller may not send it; null where the caller may. */
export function useNeededGroup(deed: Deed): ReactNode {
  const obstacle = useObstacle(deed);
  return obstacle === undefined ? null : <Alert type="info">{obstacle}</Alert>;
}
