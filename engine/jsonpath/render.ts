import type { FilterPredicate, FilterValue, JsonPath, PathRoot, PathStep } from './path.ts';

/**
 * Writes a path in the normal form of AWS's messages: `$.a.b[0]` becomes `$['a']['b'][0]`.
 */
export function renderJsonPath(path: JsonPath): string {
  return renderRoot(path.root) + path.steps.map(renderStep).join('');
}

/** Writes the root of a path. */
export function renderRoot(root: PathRoot): string {
  switch (root.kind) {
    case 'input':
      return '$';
    case 'context':
      return '$$';
    case 'variable':
      return `$${root.name}`;
    case 'current':
      return '@';
  }
}

/** Writes one step of a path: `['a']`, `[0]`. */
export function renderStep(step: PathStep): string {
  switch (step.kind) {
    case 'properties':
      return `[${step.names.map(renderQuoted).join(',')}]`;
    case 'indexes':
      return `[${step.indexes.join(',')}]`;
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'descendants':
      return '..';
    case 'filter':
      return `[?(${renderPredicate(step.predicate)})]`;
  }
}

function renderQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}

function renderPredicate(predicate: FilterPredicate): string {
  switch (predicate.kind) {
    case 'and':
      return predicate.operands.map(renderGrouped).join(' && ');
    case 'or':
      return predicate.operands.map(renderGrouped).join(' || ');
    case 'not':
      return `!${renderGrouped(predicate.operand)}`;
    case 'exists':
      return renderValue(predicate.value);
    case 'compare':
      return `${renderValue(predicate.left)} ${predicate.operator} ${renderValue(predicate.right)}`;
  }
}

function renderGrouped(predicate: FilterPredicate): string {
  const text = renderPredicate(predicate);
  return predicate.kind === 'and' || predicate.kind === 'or' ? `(${text})` : text;
}

function renderValue(value: FilterValue): string {
  switch (value.kind) {
    case 'path':
      return renderJsonPath(value.path);
    case 'literal':
      return typeof value.value === 'string'
        ? renderQuoted(value.value)
        : JSON.stringify(value.value);
    case 'pattern':
      return `/${value.source}/${value.flags}`;
  }
}
