import { quote } from '../jsonata.ts';
import type { ProjectResources } from '../project-resources.ts';

const PREFIX = 'retraining#';

/** The item of the claims table that says which dataset a decision made; the training of that dataset reads it. */
export const runItem = {
  pattern: `${PREFIX}*`,
  /** @param decision JSONata */
  keyOf: (decision: string): string => `${quote(PREFIX)} & ${decision}`,
} as const;

/** Where datasets lie, and whether each is a file or a folder. */
interface Uploads {
  readonly incoming: string;
  readonly layout: 'file' | 'folder';
}

/** What stands before the name of a decision in the key of its dataset. A folder lies directly below that of the project. */
export function uploadPrefix({ incoming, layout }: Uploads): string {
  return `${incoming}${layout === 'folder' ? 'retraining-' : 'retraining/'}`;
}

const SUFFIXES = { file: '.csv', folder: '/' } as const;

/** The key of a decision's dataset, which may be a folder; JSONata of JSONata. */
export function uploadKeyOf(uploads: Uploads, decision: string): string {
  return `${quote(uploadPrefix(uploads))} & ${decision} & ${quote(SUFFIXES[uploads.layout])}`;
}

/** The decision whose dataset has a key; JSONata of JSONata. */
export function decisionOf(uploads: Uploads, key: string): string {
  return `$substringBefore($substringAfter(${key}, ${quote(uploadPrefix(uploads))}), ${quote(SUFFIXES[uploads.layout])})`;
}

export function uploadsOf({ keys, project }: ProjectResources): Uploads {
  return { incoming: keys.incoming, layout: project.dataset.layout };
}
