import { createContext, use } from 'react';
import type { Config } from './config.ts';

/** What the shell shows of the deployment, and how one comes and leaves. */
export interface AppFacts {
  readonly config: Config;
  readonly signIn: () => void;
  readonly signOut: () => void;
}

export const AppContext = createContext<AppFacts | undefined>(undefined);

export function useApp(): AppFacts {
  const facts = use(AppContext);
  if (facts === undefined) throw new Error('No AppContext is above this component.');
  return facts;
}
