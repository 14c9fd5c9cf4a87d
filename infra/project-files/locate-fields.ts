import type ts from 'typescript';

/** The line and the column of a field, as editors count them. */
export type Place = `${number}:${number}`;

/** Where a field, or the nearest one around it, is written. */
export type FindPlace = (mistake: string) => Place | undefined;

/** Reading stops where a file uses its constants within each other more often. */
const MAXIMUM_FIELDS = 10_000;

/**
 * Finds where the fields of a call's argument are written: in the call itself, in constants of the same file, and in what
 * these spread. Fields that other files or functions supply have the place of the nearest field that is written here.
 *
 * @param text of a TypeScript file
 * @param call the name of the function
 */
export async function locateFields(text: string, call: string): Promise<FindPlace> {
  const { default: compiler } = await import('typescript');
  const file = compiler.createSourceFile('file.ts', text, compiler.ScriptTarget.Latest, true);
  const reading = new Reading(compiler, file);
  const [argument] = reading.findCall(call)?.arguments ?? [];
  if (argument !== undefined) reading.read(argument, '');
  return (mistake) => {
    const path = longestPath(mistake, reading.places);
    const position = path === undefined ? argument?.getStart() : reading.places.get(path);
    if (position === undefined) return undefined;
    const { line, character } = file.getLineAndCharacterOfPosition(position);
    return `${line + 1}:${character + 1}`;
  };
}

/** A mistake begins with the path of its field, `environments.dev.notify[0]: …`. */
function longestPath(mistake: string, places: ReadonlyMap<string, number>): string | undefined {
  return [...places.keys()]
    .filter((path) => mistake.startsWith(path) && ':.['.includes(mistake.charAt(path.length)))
    .reduce<string | undefined>(
      (longest, path) => (path.length > (longest?.length ?? 0) ? path : longest),
      undefined,
    );
}

class Reading {
  readonly places = new Map<string, number>();
  readonly #ts: typeof ts;
  readonly #file: ts.SourceFile;
  readonly #constants = new Map<string, ts.Expression>();
  #fields = 0;

  constructor(compiler: typeof ts, file: ts.SourceFile) {
    this.#ts = compiler;
    this.#file = file;
    for (const statement of file.statements) {
      if (!compiler.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (compiler.isIdentifier(name) && initializer !== undefined) {
          this.#constants.set(name.text, initializer);
        }
      }
    }
  }

  findCall(name: string): ts.CallExpression | undefined {
    const find = (node: ts.Node): ts.CallExpression | undefined =>
      this.#ts.isCallExpression(node) && node.expression.getText().split('.').at(-1) === name
        ? node
        : this.#ts.forEachChild(node, find);
    return find(this.#file);
  }

  /** Notes the fields of an expression; of a field that is written twice, the last one. */
  read(expression: ts.Expression, path: string, within: readonly ts.Node[] = []): void {
    const value = this.#resolve(expression);
    if (within.includes(value)) return;
    const inside = [...within, value];
    if (this.#ts.isArrayLiteralExpression(value)) {
      for (const [index, element] of value.elements.entries()) {
        this.#note(`${path}[${index}]`, element.getStart(), element, inside);
      }
    } else if (this.#ts.isObjectLiteralExpression(value)) {
      for (const property of value.properties) this.#readProperty(property, path, inside);
    }
  }

  #readProperty(
    property: ts.ObjectLiteralElementLike,
    path: string,
    inside: readonly ts.Node[],
  ): void {
    if (this.#ts.isSpreadAssignment(property)) {
      this.read(property.expression, path, inside);
      return;
    }
    const key = this.#readKey(property.name);
    if (key === undefined) return;
    const at = path === '' ? key : `${path}.${key}`;
    const value = this.#ts.isPropertyAssignment(property)
      ? property.initializer
      : this.#ts.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
    this.#note(at, property.getStart(), value, inside);
  }

  #note(
    path: string,
    position: number,
    value: ts.Expression | undefined,
    inside: readonly ts.Node[],
  ): void {
    this.#fields += 1;
    if (this.#fields > MAXIMUM_FIELDS) return;
    this.places.set(path, position);
    if (value !== undefined) this.read(value, path, inside);
  }

  #readKey(name: ts.PropertyName): string | undefined {
    if (this.#ts.isIdentifier(name) || this.#ts.isStringLiteralLike(name)) return name.text;
    if (this.#ts.isNumericLiteral(name)) return name.text;
    return this.#ts.isComputedPropertyName(name) && this.#ts.isStringLiteralLike(name.expression)
      ? name.expression.text
      : undefined;
  }

  /** What a name of the file stands for, without `as const`, `satisfies` and parentheses. */
  #resolve(expression: ts.Expression, names: readonly string[] = []): ts.Expression {
    const compiler = this.#ts;
    if (
      compiler.isAsExpression(expression) ||
      compiler.isSatisfiesExpression(expression) ||
      compiler.isParenthesizedExpression(expression) ||
      compiler.isNonNullExpression(expression)
    ) {
      return this.#resolve(expression.expression, names);
    }
    if (!compiler.isIdentifier(expression) || names.includes(expression.text)) return expression;
    const constant = this.#constants.get(expression.text);
    return constant === undefined
      ? expression
      : this.#resolve(constant, [...names, expression.text]);
  }
}
