import type { ReactNode } from 'react';
import { COLORS } from './colors.ts';

interface PreformattedProps {
  readonly children: ReactNode;
}

/** Text as it is, which the keyboard can scroll. */
export function Preformatted({ children }: PreformattedProps) {
  return (
    <pre
      tabIndex={0}
      style={{
        overflow: 'auto',
        maxHeight: 420,
        padding: 12,
        border: `1px solid ${COLORS.divider}`,
        borderRadius: 8,
        fontSize: 12,
        lineHeight: 1.5,
      }}
    >
      {children}
    </pre>
  );
}
