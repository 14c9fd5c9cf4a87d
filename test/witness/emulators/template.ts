/** The parts of a CloudFormation template that this test reads. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

/** Resources that an emulator cannot create, and the reason. */
export interface Unsupported {
  readonly type: string;
  /** Only resources that have this property. @default every resource of the type */
  readonly property?: string;
  readonly reason: string;
}

/**
 * The template without the resources that an emulator cannot create. References to a removed resource become its
 * logical id, or an ARN where CloudFormation gives one, and its attributes become an ARN, so that all other resources are tested.
 */
export function withoutUnsupported(
  template: Template,
  unsupported: readonly Unsupported[],
): Template {
  const isRemoved = (id: string) => {
    const resource = template.Resources[id];
    return resource !== undefined && unsupported.some((entry) => covers(entry, resource));
  };
  const kept = Object.entries(template.Resources)
    .filter(([id]) => !isRemoved(id))
    .map(([id, resource]) => [id, withoutDependencies(resource, isRemoved)]);
  const nameOf = (id: string) =>
    isRemoved(id) ? (isNamedByArn(template.Resources[id]) ? arnOf(id) : id) : undefined;
  return replaceReferences(
    { ...template, Resources: Object.fromEntries(kept) },
    nameOf,
  ) as Template;
}

export function covers({ type, property }: Unsupported, resource: TemplateResource): boolean {
  return (
    type === resource.Type &&
    (property === undefined || resource.Properties?.[property] !== undefined)
  );
}

function withoutDependencies(
  { DependsOn, ...resource }: TemplateResource,
  isRemoved: (id: string) => boolean,
): TemplateResource {
  const dependencies = [DependsOn ?? []].flat().filter((id) => !isRemoved(id));
  return dependencies.length === 0 ? resource : { ...resource, DependsOn: dependencies };
}

/** What `Ref` gives of a version or an alias. */
function isNamedByArn(resource: TemplateResource | undefined): boolean {
  return /^AWS::StepFunctions::StateMachine(?:Alias|Version)$/.test(resource?.Type ?? '');
}

function arnOf(id: string): string {
  return `arn:aws:witness:us-east-1:000000000000:${id}`;
}

/** @param nameOf what stands for a removed resource; undefined of all others */
function replaceReferences(value: unknown, nameOf: (id: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, nameOf));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: id, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  const name = typeof id === 'string' ? nameOf(id) : undefined;
  if (name !== undefined) return name;
  if (Array.isArray(attribute) && nameOf(String(attribute[0])) !== undefined) {
    return arnOf(attribute.join('/'));
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, replaceReferences(member, nameOf)]),
  );
}
