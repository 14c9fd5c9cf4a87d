import type { Dockerfile } from '../dockerfile/index.ts';
import { findBaseImage, KNOWN_BASES } from './base-images.ts';
import type { ImagePlan, StagePlan } from './plan.ts';
import { planStage } from './plan-stage.ts';
import { RecipeRefused, type Refusal } from './refusal.ts';
import { Arguments } from './stage-variables.ts';

export interface PlanOptions {
  /** `--build-arg` */
  readonly buildArguments?: Readonly<Record<string, string>>;
  /** The name or number of the stage to build. @default the last */
  readonly target?: string;
}

/** BuildKit's own frontends; another one may change the language. */
const FRONTEND = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/;

/**
 * Plans an image without doing anything: what its stages copy and install, and how its containers start. Stages that
 * the target does not need are left out, as BuildKit leaves them out.
 *
 * @throws RecipeRefused with every line that only a container engine can do
 */
export function planImage(dockerfile: Dockerfile, options: PlanOptions = {}): ImagePlan {
  return new Planner(dockerfile, options).plan();
}

class Planner {
  readonly #dockerfile: Dockerfile;
  readonly #options: PlanOptions;
  readonly #arguments: Arguments;
  readonly #refusals: Refusal[] = [];
  readonly #stages: (StagePlan | undefined)[] = [];

  constructor(dockerfile: Dockerfile, options: PlanOptions) {
    this.#dockerfile = dockerfile;
    this.#options = options;
    this.#arguments = new Arguments(dockerfile, options.buildArguments ?? {});
  }

  plan(): ImagePlan {
    const { syntax } = this.#dockerfile.directives;
    if (syntax !== undefined && !FRONTEND.test(syntax)) {
      this.#refuse(1, 'syntax', `${syntax} is another language than that of docker/dockerfile`);
    }
    const target = this.#target();
    const needed = this.#needed(target);
    this.#stages.length = this.#dockerfile.stages.length;
    for (const index of needed.toSorted((one, other) => one - other)) this.#planStage(index);
    if (this.#refusals.length > 0) throw new RecipeRefused(this.#refusals);
    return { stages: Array.from(this.#stages), target };
  }

  #refuse(line: number, instruction: string, reason: string): void {
    this.#refusals.push({ line, instruction, reason });
  }

  #target(): number {
    const { stages } = this.#dockerfile;
    const { target } = this.#options;
    if (target === undefined) return stages.length - 1;
    const found = this.#stageNamed(target, stages.length);
    if (found === undefined) {
      this.#refuse(1, '--target', `the Dockerfile has no stage ${target}`);
      throw new RecipeRefused(this.#refusals);
    }
    return found;
  }

  /** A stage before `end` by its name or number; a later one of the same name hides an earlier one. */
  #stageNamed(name: string, end: number): number | undefined {
    const { stages } = this.#dockerfile;
    const index = stages
      .slice(0, end)
      .findLastIndex(({ from }) => from.stage === name.toLowerCase());
    if (index !== -1) return index;
    return /^\d+$/.test(name) && Number(name) < end ? Number(name) : undefined;
  }

  #needed(target: number): readonly number[] {
    const needed = new Set<number>();
    const open = [target];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (needed.has(index)) continue;
      needed.add(index);
      open.push(...this.#usedBy(index));
    }
    return [...needed];
  }

  #usedBy(index: number): readonly number[] {
    const stage = this.#dockerfile.stages[index];
    if (stage === undefined) return [];
    const names = stage.instructions.flatMap((instruction) => {
      if (instruction.kind === 'COPY') return instruction.from ?? [];
      if (instruction.kind !== 'RUN') return [];
      return instruction.mounts.flatMap((mount) => /(?:^|,)from=([^,]+)/.exec(mount)?.[1] ?? []);
    });
    const parent = this.#stageByName(this.#baseName(index), index);
    return [
      ...(parent === undefined ? [] : [parent]),
      ...names.flatMap((name) => this.#stageNamed(name, index) ?? []),
    ];
  }

  /** FROM takes names of stages only, no numbers. */
  #stageByName(name: string, end: number): number | undefined {
    return /^\d+$/.test(name) ? undefined : this.#stageNamed(name, end);
  }

  #baseName(index: number): string {
    const from = this.#dockerfile.stages[index]?.from;
    if (from === undefined) return '';
    try {
      return this.#arguments.expandFrom(from.image);
    } catch {
      return '';
    }
  }

  #planStage(index: number): void {
    const stage = this.#dockerfile.stages[index];
    if (stage === undefined) return;
    const name = this.#baseName(index);
    const parent = this.#stageByName(name, index);
    const base = parent === undefined ? findBaseImage(name) : this.#stages[parent]?.base;
    if (base === undefined) {
      // Where the parent was refused, there is nothing to add.
      if (parent === undefined) this.#refuseBase(stage.from.line, stage.from.image, name);
      return;
    }
    const planned = planStage({
      stage,
      base,
      parent: parent === undefined ? undefined : { index: parent, plan: this.#stages[parent] },
      arguments: this.#arguments,
      stageNamed: (other) => this.#stageNamed(other, index),
    });
    for (const refusal of planned.refusals) this.#refusals.push(refusal);
    this.#stages[index] = planned.plan;
  }

  #refuseBase(line: number, written: string, name: string): void {
    const shown = name === '' || name === written ? written : `${written} (${name})`;
    this.#refuse(
      line,
      'FROM',
      `${shown === '' ? 'the name is empty' : `there is nothing on this machine that stands for ${shown}`}. Base it on one of these: ${KNOWN_BASES}; or start with --containers engine where Docker, Podman, Finch or nerdctl is installed`,
    );
  }
}
