import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** By stack: what `cdk deploy --outputs-file` writes. */
export type Outputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

export function readOutputs(file: string): Outputs {
  return outputsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** One line for each output, in columns, below the name of its stack. */
export function renderOutputs(outputs: Outputs): readonly string[] {
  return Object.entries(outputs).flatMap(([stack, values]) => {
    const width = Math.max(0, ...Object.keys(values).map((name) => name.length));
    return [
      stack,
      ...Object.entries(values).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ];
  });
}
