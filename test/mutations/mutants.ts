import ts from 'typescript';

/** The kinds of small changes. */
export type MutantKind =
  | 'comparison'
  | 'equality'
  | 'logic'
  | 'arithmetic'
  | 'number'
  | 'boolean'
  | 'text'
  | 'condition'
  | 'branches'
  | 'statement';

/** One small change of a file: the text between two places is replaced. */
export interface Mutant {
  readonly kind: MutantKind;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

const OPERATORS: Readonly<
  Partial<Record<ts.SyntaxKind, { readonly kind: MutantKind; readonly other: string }>>
> = {
  [ts.SyntaxKind.GreaterThanEqualsToken]: { kind: 'comparison', other: '>' },
  [ts.SyntaxKind.GreaterThanToken]: { kind: 'comparison', other: '>=' },
  [ts.SyntaxKind.LessThanEqualsToken]: { kind: 'comparison', other: '<' },
  [ts.SyntaxKind.LessThanToken]: { kind: 'comparison', other: '<=' },
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: { kind: 'equality', other: '!==' },
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: { kind: 'equality', other: '===' },
  [ts.SyntaxKind.AmpersandAmpersandToken]: { kind: 'logic', other: '||' },
  [ts.SyntaxKind.BarBarToken]: { kind: 'logic', other: '&&' },
  [ts.SyntaxKind.PlusToken]: { kind: 'arithmetic', other: '-' },
  [ts.SyntaxKind.MinusToken]: { kind: 'arithmetic', other: '+' },
  [ts.SyntaxKind.AsteriskToken]: { kind: 'arithmetic', other: '/' },
  [ts.SyntaxKind.SlashToken]: { kind: 'arithmetic', other: '*' },
};

/**
 * Every change that can be made to a file. Left out is what no test can see: types and imports, which do not run, lines
 * of the log, which are for people, and `unref`, which only says whether a timer keeps the process alive.
 */
export function findMutants(source: string): readonly Mutant[] {
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (!runs(node) || isUnseen(node)) return;
    mutants.push(...mutantsOf(node, file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}

export function applyMutant(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

function runs(node: ts.Node): boolean {
  return !(
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node)
  );
}

const LOG_CALL = /(?:^|[.#])logger\??\.(?:trace|debug|info|warn|error|fatal)$/;

function isUnseen(node: ts.Node): boolean {
  const call = ts.isExpressionStatement(node) ? node.expression : node;
  if (!ts.isCallExpression(call)) return false;
  const callee = call.expression.getText();
  return LOG_CALL.test(callee) || callee.endsWith('.unref');
}

function mutantsOf(node: ts.Node, file: ts.SourceFile): readonly Mutant[] {
  const replace = (kind: MutantKind, target: ts.Node, replacement: string): Mutant => ({
    kind,
    start: target.getStart(file),
    end: target.getEnd(),
    replacement,
  });
  if (ts.isBinaryExpression(node)) {
    const found = OPERATORS[node.operatorToken.kind];
    if (found === undefined || joinsTexts(node)) return [];
    return [replace(found.kind, node.operatorToken, found.other)];
  }
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text.replaceAll('_', ''));
    return [replace('number', node, String(value + 1)), replace('number', node, `(${value - 1})`)];
  }
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [replace('boolean', node, 'false')];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [replace('boolean', node, 'true')];
  if (ts.isStringLiteral(node)) return isName(node) ? [] : [replace('text', node, "'mutated'")];
  if (ts.isIfStatement(node)) return mutantsOfIf(node, file, replace);
  if (ts.isConditionalExpression(node)) {
    const [yes, no] = [node.whenTrue.getText(file), node.whenFalse.getText(file)];
    return [replace('branches', node, `(${node.condition.getText(file)}) ? (${no}) : (${yes})`)];
  }
  if (ts.isExpressionStatement(node) || ts.isThrowStatement(node)) {
    return node.getText(file).startsWith('super') ? [] : [replace('statement', node, ';')];
  }
  return [];
}

function mutantsOfIf(
  node: ts.IfStatement,
  file: ts.SourceFile,
  replace: (kind: MutantKind, target: ts.Node, replacement: string) => Mutant,
): readonly Mutant[] {
  const condition = node.expression.getText(file);
  return [
    replace('condition', node.expression, `!(${condition})`),
    replace('condition', node.expression, 'false'),
  ];
}

/** `'a' + b` with a minus would be NaN wherever it is read. */
function joinsTexts({ left, right }: ts.BinaryExpression): boolean {
  return [left, right].some(
    (side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side),
  );
}

/** Names of members, and the keys of tables, are not values. */
function isName(node: ts.StringLiteral): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isLiteralTypeNode(parent) ||
    ts.isExternalModuleReference(parent)
  );
}
