import { type Project, ProjectError, type Serving } from '../definition/index.ts';

/** The places for which a stack has everything; a project may be defined with the others already. */
const wiredPlaces: readonly Serving['type'][] = ['instances', 'serverless', 'lambda', 'container'];

/** @throws ProjectError for a project whose models would serve in a place that no stack can be made for */
export function refuseUnwiredPlace({ name, serving }: Project): void {
  if (wiredPlaces.includes(serving.type)) return;
  throw new ProjectError(name, [
    `serving.type: cannot be deployed by this version; use ${wiredPlaces.map((type) => JSON.stringify(type)).join(' or ')}; got ${JSON.stringify(serving.type)}.`,
  ]);
}
