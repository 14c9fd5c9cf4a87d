/** How many resources a line names before it counts the others. */
const NAMED_RESOURCES = 3;

/** One line for all resources of a type about which a stack's report says the same. */
export function groupNotes(notes: readonly string[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const note of notes) {
    const [, resource, said] = /^(\S+)( \([^)]+\): .+)$/s.exec(note) ?? [undefined, '', note];
    const group = groups.get(said) ?? [];
    groups.set(said, [...group, resource]);
  }
  return [...groups].map(([said, resources]) => `${nameResources(resources)}${said}`);
}

function nameResources(resources: readonly string[]): string {
  if (resources.length <= NAMED_RESOURCES) return resources.join(', ');
  const named = resources.slice(0, NAMED_RESOURCES).join(', ');
  return `${named} and ${resources.length - NAMED_RESOURCES} more`;
}
