import { referencesOf } from './intrinsics.ts';
import type { TemplateResource } from './template.ts';

/** Resources that depend on each other. */
export class CircularDependency extends Error {
  override readonly name = 'CircularDependency';
}

/**
 * The logical ids of a template, each after its dependencies, otherwise in the order of the template.
 *
 * @throws CircularDependency that names the resources of a cycle
 */
export function dependencyOrder(
  resources: Readonly<Record<string, TemplateResource>>,
): readonly string[] {
  const ordered = new Set<string>();
  const visiting: string[] = [];

  function visit(logicalId: string): void {
    const resource = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    if (resource === undefined || ordered.has(logicalId)) return;
    if (visiting.includes(logicalId)) {
      const cycle = [...visiting.slice(visiting.indexOf(logicalId)), logicalId].join(' -> ');
      throw new CircularDependency(`Circular dependency between resources: ${cycle}`);
    }
    visiting.push(logicalId);
    for (const dependency of dependenciesOf(resource)) visit(dependency);
    visiting.pop();
    ordered.add(logicalId);
  }

  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
}

function dependenciesOf(resource: TemplateResource): readonly string[] {
  const explicit = resource.DependsOn ?? [];
  return [
    ...(typeof explicit === 'string' ? [explicit] : explicit),
    ...referencesOf(resource.Properties),
  ];
}
