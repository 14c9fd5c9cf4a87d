interface Rule {
  readonly Next: string;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly Rule[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
}

interface Definition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/**
 * A definition as a Mermaid flowchart. The target of every task's failure is drawn once and not from
 * every task, which would be unreadable.
 */
export function renderDiagram(text: string): string {
  const definition = JSON.parse(text) as Definition;
  const names = orderStates(definition);
  const ids = new Map(names.map((name, index) => [name, `s${index}`]));
  const id = (name: string) => ids.get(name) ?? name;
  const failure = failureTarget(definition);
  const lines = names.flatMap((name) => {
    const state = definition.States[name];
    if (state === undefined) return [];
    return [
      `  ${id(name)}${renderShape(name, state)}`,
      ...renderEdges(state, failure).map(([to, label]) =>
        label === '' ? `  ${id(name)} --> ${id(to)}` : `  ${id(name)} -->|${label}| ${id(to)}`,
      ),
    ];
  });
  const anywhere = failure === undefined ? [] : [`  any>"any other failure"] -.-> ${id(failure)}`];
  return ['flowchart TD', ...lines, ...anywhere, ''].join('\n');
}

/** In the order of the flow. */
function orderStates({ StartAt: start, States: states }: Definition): string[] {
  const order: string[] = [];
  const visit = (name: string): void => {
    const state = states[name];
    if (state === undefined || order.includes(name)) return;
    order.push(name);
    for (const next of [
      state.Next,
      ...(state.Choices ?? []).map((rule) => rule.Next),
      state.Default,
      ...(state.Catch ?? []).map((catcher) => catcher.Next),
    ]) {
      if (next !== undefined) visit(next);
    }
  };
  visit(start);
  return order;
}

/** The state that most tasks' general catch leads to. */
function failureTarget({ States: states }: Definition): string | undefined {
  const counts = new Map<string, number>();
  for (const state of Object.values(states)) {
    for (const { ErrorEquals: errors, Next: next } of state.Catch ?? []) {
      if (errors.includes('States.ALL')) counts.set(next, (counts.get(next) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return most !== undefined && most[1] > 2 ? most[0] : undefined;
}

function renderShape(name: string, { Type: type }: State): string {
  if (type === 'Choice') return `{"${name}"}`;
  if (type === 'Succeed' || type === 'Fail') return `(["${name}"])`;
  if (type === 'Wait') return `[/"${name}"/]`;
  return `["${name}"]`;
}

function renderEdges(state: State, failure: string | undefined): [string, string][] {
  const rules = state.Choices ?? [];
  const catchers = (state.Catch ?? []).filter(
    ({ ErrorEquals: errors, Next: next }) => !(errors.includes('States.ALL') && next === failure),
  );
  return [
    ...(state.Next === undefined ? [] : [[state.Next, ''] as [string, string]]),
    ...rules.map((rule): [string, string] => [rule.Next, rules.length === 1 ? 'yes' : '']),
    ...(state.Default === undefined
      ? []
      : [[state.Default, rules.length === 1 ? 'no' : 'else'] as [string, string]]),
    ...catchers.map(({ ErrorEquals: errors, Next: next }): [string, string] => [
      next,
      errors.includes('States.ALL') ? 'any error' : errors.join(', '),
    ]),
  ];
}
