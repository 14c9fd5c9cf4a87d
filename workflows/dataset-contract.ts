import { KIT_FOLDER, type Project } from '../definition/index.ts';
import { type DatasetContract, datasetContractSchema } from '../events/index.ts';
import type { ProjectResources } from './project-resources.ts';

/** Where a file may have the derived label: the next row is not always known where the label is. */
export function labelColumnOf({ code, target }: Project): 'last' | undefined {
  return code === KIT_FOLDER && target?.derived.type === 'dropped-by-next' ? 'last' : undefined;
}

/** What inspection judges by, and what it hands on to scripts. */
export function contractOf({ project }: ProjectResources): DatasetContract {
  const isOfKit = project.code === KIT_FOLDER;
  const contract = datasetContractSchema.parse({
    ...project.dataset,
    problem: project.problem,
    target: project.target,
    split: project.split,
    labelColumn: labelColumnOf(project),
    // XGBoost's objectives take these; the kit takes any two classes.
    labels: project.problem === 'binary' && !isOfKit ? ['0', '1'] : undefined,
    whiteSpace: isOfKit ? 'strip' : undefined,
  });
  // Undefined members vanish, as they do in the definition's JSON.
  return JSON.parse(JSON.stringify(contract)) as DatasetContract;
}
