import { KIT_FOLDER } from '../definition/index.ts';
import { type DatasetContract, datasetContractSchema } from '../events/index.ts';
import type { ProjectResources } from './project-resources.ts';

/** What inspection judges by, and what it hands on to scripts. */
export function contractOf({ project }: ProjectResources): DatasetContract {
  const isOfKit = project.code === KIT_FOLDER;
  const contract = datasetContractSchema.parse({
    ...project.dataset,
    problem: project.problem,
    target: project.target,
    split: project.split,
    // XGBoost's objectives take these; the kit takes any two classes.
    labels: project.problem === 'binary' && !isOfKit ? ['0', '1'] : undefined,
    whiteSpace: isOfKit ? 'strip' : undefined,
  });
  // Undefined members vanish, as they do in the definition's JSON.
  return JSON.parse(JSON.stringify(contract)) as DatasetContract;
}
