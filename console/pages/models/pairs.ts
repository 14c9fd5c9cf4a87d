import type { ReactNode } from 'react';

/** Rows of a list of facts; what is not known is left out. */
export function pairs(values: Readonly<Record<string, ReactNode>>) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => ({ label, value }));
}
