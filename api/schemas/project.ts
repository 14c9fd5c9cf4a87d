import * as z from 'zod';
import { projectName } from '../fields.ts';

/** What lists and the project itself say of it. */
export const projectFields = {
  project: projectName,
  description: z.string(),
  problem: z.enum(['regression', 'binary', 'multiclass']),
};

export const exampleProject = {
  project: 'abalone',
  description: 'Predicts the number of rings of an abalone from its size and weight',
  problem: 'regression',
} as const;
