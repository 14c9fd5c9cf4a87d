import { resolve, type Scope, UnresolvedIntrinsic } from './intrinsics.ts';
import type { Stack } from './template.ts';
import { UnreadableAssembly } from './unreadable-assembly.ts';

/** Whether the assembly says that `stack` depends on `other`. */
export function dependsOn(stack: Stack, other: Stack): boolean {
  return stack.dependencies.includes(other.id ?? other.name);
}

/**
 * The stacks, each after those that must be first, otherwise in their order.
 *
 * @throws UnreadableAssembly for a cycle, which the CDK never writes
 */
export function orderStacks(
  stacks: readonly Stack[],
  isAfter: (stack: Stack, other: Stack) => boolean,
): readonly Stack[] {
  const ordered: Stack[] = [];
  const visit = (stack: Stack, before: readonly Stack[]) => {
    if (ordered.includes(stack)) return;
    if (before.includes(stack)) {
      throw new UnreadableAssembly(
        `The stack ${stack.name} depends on itself, so nothing was provisioned.`,
      );
    }
    for (const other of stacks) {
      if (other !== stack && isAfter(stack, other)) visit(other, [...before, stack]);
    }
    ordered.push(stack);
  };
  for (const stack of stacks) visit(stack, []);
  return ordered;
}

/** The values that names of exports are made of. */
export type ExportScope = Pick<Scope, 'accountId' | 'region' | 'partition'>;

/**
 * Stacks after those whose exports they import. The assembly does not say so where a stack names the export
 * itself with `Fn.importValue`.
 */
export function orderByExports(
  stacks: readonly Stack[],
  scopeOf: (stack: Stack) => ExportScope,
): readonly Stack[] {
  const exporters = new Map<string, Stack>();
  for (const stack of stacks) {
    for (const output of Object.values(stack.template.Outputs ?? {})) {
      if (output.Export === undefined) continue;
      exporters.set(keyOf(output.Export.Name, stack, scopeOf(stack)), stack);
    }
  }
  const imports = new Map(
    stacks.map((stack) => [
      stack,
      importsIn(stack.template).map((name) => exporters.get(keyOf(name, stack, scopeOf(stack)))),
    ]),
  );
  return orderStacks(
    stacks,
    (stack, other) => dependsOn(stack, other) || imports.get(stack)?.includes(other) === true,
  );
}

function importsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'Fn::ImportValue' ? [item] : importsIn(item),
  );
}

/** Accounts and regions have exports of their own. */
function keyOf(name: unknown, stack: Stack, scope: ExportScope): string {
  return JSON.stringify([scope.accountId, scope.region, nameOf(name, stack, scope) ?? null]);
}

/** The name, or undefined if it depends on more than the stack. */
function nameOf(name: unknown, { name: stackName, template }: Stack, facts: ExportScope): unknown {
  const scope: Scope = {
    ...facts,
    stackName,
    stackId: '',
    template,
    ref: () => undefined,
    attribute: () => undefined,
    importValue: () => undefined,
  };
  try {
    return resolve(name, scope, '');
  } catch (error) {
    if (error instanceof UnresolvedIntrinsic) return undefined;
    throw error;
  }
}
