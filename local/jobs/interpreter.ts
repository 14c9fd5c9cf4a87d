import {
  endWithSignal,
  type InheritedName,
  NO_HOME,
  processEnvironment,
  startProcess,
} from '../processes/index.ts';

/** The properties of a Python interpreter. */
export interface Interpreter {
  readonly path: string;
  readonly version: string;
  /** Whether `python -m venv` works; Debian has it in a separate package. */
  readonly canCreateEnvironments: boolean;
  readonly libraries: Readonly<Record<string, string>>;
}

const QUESTIONS = `
import importlib.metadata, importlib.util, json, platform, sys
names = {"boto3": ["boto3"], "joblib": ["joblib"], "numpy": ["numpy"], "pandas": ["pandas"],
         "pyarrow": ["pyarrow"], "scikit-learn": ["scikit-learn"], "scipy": ["scipy"],
         "xgboost": ["xgboost", "xgboost-cpu"]}
libraries = {}
for name, distributions in names.items():
    for distribution in distributions:
        try:
            libraries.setdefault(name, importlib.metadata.version(distribution))
        except importlib.metadata.PackageNotFoundError:
            pass
can = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
print(json.dumps({"path": sys.executable, "version": platform.python_version(),
                  "canCreateEnvironments": can, "libraries": libraries}))
`;

/** Inspects an interpreter by its name on PATH or its path; undefined if it does not run. */
export async function inspectInterpreter(
  name: string,
  signal?: AbortSignal,
): Promise<Interpreter | undefined> {
  const answer = await runProgram(name, ['-c', QUESTIONS], { signal });
  if (answer.code !== 0) return undefined;
  try {
    return JSON.parse(answer.output.trim().split('\n').at(-1) ?? '') as Interpreter;
  } catch {
    return undefined;
  }
}

export interface ProgramResult {
  /** Undefined if the program could not start or was killed. */
  readonly code: number | undefined;
  /** The end of the combined standard output and error. */
  readonly output: string;
}

/** Longer output is cut at its beginning. */
const KEPT_OUTPUT_CHARACTERS = 65_536;

export interface ProgramOptions {
  readonly onLine?: (line: string) => void;
  /** Further variables of the runtime that the program needs. @default none */
  readonly inherit?: readonly InheritedName[];
  /** @default none */
  readonly home?: string | undefined;
  /** @default nothing */
  readonly variables?: Readonly<Record<string, string>>;
  /** Kills the program when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a program to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  { home = NO_HOME, inherit = [], onLine, signal, variables = {} }: ProgramOptions,
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = '';
    let rest = '';
    const environment = processEnvironment({ home, inherit, own: variables });
    const child = startProcess(program, args, { environment });
    endWithSignal(child, signal);
    const take = (chunk: string) => {
      output = (output + chunk).slice(-KEPT_OUTPUT_CHARACTERS);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => resolve({ code: undefined, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? undefined, output }));
  });
}
