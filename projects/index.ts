/** The machine learning problems this app runs; `infra/` makes one stack of each. */

export { abalone } from './abalone/project.ts';
export { generateAbaloneSample } from './abalone/sample.ts';

import type { Project } from '../definition/index.ts';
import { abalone } from './abalone/project.ts';

/** Every project, in the order of their stacks. */
export const projects: readonly Project[] = [abalone];
