import { createContext, use } from 'react';
import type { Group } from '../../api/index.ts';

/** Who is signed in. */
export interface Person {
  readonly name: string;
  readonly groups: readonly Group[];
  /** A visitor is not: whoever asks a model that is open to everyone. */
  readonly isSignedIn: boolean;
}

export const VISITOR: Person = { name: 'Visitor', groups: [], isSignedIn: false };

/** What only some groups may do; the API decides, this only says it before. */
const NEEDED_GROUP = {
  train: 'operator',
  approve: 'approver',
} as const satisfies Readonly<Record<string, Group>>;

export type Deed = keyof typeof NEEDED_GROUP;

export const PersonContext = createContext<Person>(VISITOR);

export function usePerson(): Person {
  return use(PersonContext);
}

/** Why the person may not do something; undefined where they may. */
export function useObstacle(deed: Deed): string | undefined {
  const { groups } = usePerson();
  const needed = NEEDED_GROUP[deed];
  if (groups.includes(needed)) return undefined;
  return `This needs the group ${needed}. ${describeGroups(groups)}`;
}

function describeGroups(groups: readonly Group[]): string {
  return groups.length === 0
    ? 'You are in no group; an administrator of the user pool can add you.'
    : `You are in: ${groups.join(', ')}. An administrator of the user pool can add you.`;
}
