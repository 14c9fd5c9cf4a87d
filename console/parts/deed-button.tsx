import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import { type Deed, useObstacle } from '../data/person.ts';

interface DeedButtonProps extends ButtonProps {
  /** What pressing it does, of what only some groups may do. */
  readonly deed: Deed;
}

/** A button that is disabled, with the reason, for people who may not do it. */
export function DeedButton({ deed, disabled = false, disabledReason, ...rest }: DeedButtonProps) {
  const obstacle = useObstacle(deed);
  const reason = obstacle ?? disabledReason;
  return (
    <Button
      {...rest}
      disabled={disabled || obstacle !== undefined}
      {...(reason === undefined ? {} : { disabledReason: reason })}
    />
  );
}
