import type { LabellingRequest, MonitoringOutput, RetrainingDecision } from '../../events/index.ts';
import { type Answer, packageArn, quietWindow, runWorkflow } from '../simulation/index.ts';
import { type MonitoringWorld, monitoringWorld } from './monitoring-world.testing.ts';
import { type RetrainingWorld, retrainingWorld } from './retraining-world.testing.ts';

const HOUR_MS = 3_600_000;
const VERDICTS_KEY = 'verdicts#monitoring';

/** What the job finds in a window. */
export interface Found {
  readonly drifted?: readonly string[];
  /** Measured where the labels are due. */
  readonly mse?: number;
}

export interface Training {
  readonly decidedAt: string;
  readonly model: string;
  readonly trigger: string;
}

/** Rows of requests whose labels arrived together. */
interface LabelledRows {
  readonly rows: number;
  /** When they were asked for, and when their labels arrived. */
  readonly askedAt: string;
  readonly arrivedAt: string;
}

/**
 * Months of a model that is watched and trained again: the real state machines of both workflows on virtual clocks,
 * in front of one simulated registry and one table of claims.
 */
export class WatchedMonths {
  readonly trainings: Training[] = [];
  readonly decisions: RetrainingDecision[] = [];
  readonly #monitoring: MonitoringWorld;
  readonly #retraining: RetrainingWorld;
  /** Hours since the first model went live. */
  #hour = 0;
  #executions = 0;
  #version = 1;
  readonly #labels: LabelledRows[] = [];

  constructor(definitions: { readonly monitoring: string; readonly retraining: string }) {
    this.#monitoring = monitoringWorld(definitions.monitoring);
    this.#retraining = retrainingWorld(definitions.retraining);
    // Both have the same registry, which begins with a model that is live since then.
    for (const { sagemaker } of [this.#monitoring, this.#retraining]) {
      const [first] = sagemaker.packages;
      if (first !== undefined) first.metadata['promotedAt'] = this.#time(0);
    }
  }

  /** The windows' clock continues. */
  pass(hours: number): void {
    this.#hour += hours;
  }

  /** The schedule judges the window that ends now. */
  judge({ drifted = [] }: Found): MonitoringOutput {
    return this.#monitor(
      { ...quietWindow, verdict: drifted.length > 0 ? 'drifted' : 'ok', drifted },
      { eventId: this.#time(this.#hour) },
    );
  }

  /** The schedule judges the window whose labels are due now. */
  judgeLabels(mse: number): MonitoringOutput {
    return this.#monitor(
      { ...quietWindow, coverage: 0.5, labelled: 500, measured: { mse } },
      { eventId: `labels-${this.#time(this.#hour)}`, labelsDue: true },
    );
  }

  /** Labels arrive of rows that were asked for so many hours before, in a project that is not trained for them. */
  arrive(rows: number, hoursLate = 0): void {
    this.#labels.push({
      rows,
      askedAt: this.#time(this.#hour - hoursLate),
      arrivedAt: this.#time(this.#hour),
    });
  }

  /** Labelled rows arrive, and their event asks. */
  label(rows: number): RetrainingDecision | undefined {
    this.arrive(rows);
    return this.ask('labels');
  }

  /** Something asks for a decision. */
  ask(trigger: string): RetrainingDecision | undefined {
    return this.#decide({ eventId: `${trigger}-${this.#time(this.#hour)}`, trigger });
  }

  /** The model of the last training is approved and goes live. */
  promote(): void {
    const until = this.decisions.findLast(({ dataset }) => dataset != null)?.rows?.until;
    for (const { sagemaker } of [this.#monitoring, this.#retraining]) {
      const known = sagemaker.packages.find(({ version }) => version === this.#version);
      if (known === undefined) sagemaker.register(this.#version, 'Approved');
      const found = sagemaker.packages.find(({ version }) => version === this.#version);
      Object.assign(found?.metadata ?? {}, {
        promotion: 'Live',
        promotedAt: this.#time(this.#hour),
        ...(until === undefined ? {} : { labelledUntil: until }),
      });
      sagemaker.deploy(this.#version);
    }
  }

  /** The model of the last training is rejected. */
  reject(): void {
    this.#retraining.sagemaker.reject(this.#version);
  }

  #monitor(report: object, input: object): MonitoringOutput {
    this.#monitoring.finds(report);
    const questions: string[] = [];
    const answer: Answer = (state, request) => {
      if (state === 'Ask to train again') questions.push(String(request['Input']));
      return this.#monitoring.answer(state, request);
    };
    const output = this.#run(this.#monitoring.definition, answer, {
      scheduledTime: this.#time(this.#hour),
      ...input,
    }) as MonitoringOutput;
    const verdicts = this.#monitoring.verdicts.get('verdicts');
    if (verdicts !== undefined) this.#retraining.items.set(VERDICTS_KEY, verdicts);
    for (const question of questions) this.#decide(JSON.parse(question) as object);
    return output;
  }

  #decide(input: object): RetrainingDecision | undefined {
    const { decisions: before } = this;
    const answer: Answer = (state, request) => {
      if (state === 'Count new rows') {
        this.#retraining.has(countComplete(this.#labels, request['Payload'] as LabellingRequest));
      }
      return this.#retraining.answer(state, request);
    };
    const uploads = this.#retraining.uploads.length;
    this.#run(this.#retraining.definition, answer, input);
    const decision = this.#retraining.decisions().find((each) => !before.includes(each));
    if (decision === undefined) return undefined;
    this.decisions.push(decision);
    if (this.#retraining.uploads.length > uploads) this.#train(decision);
    return decision;
  }

  /** The training of the upload passes the gate, and its model waits. */
  #train({ dataset, decidedAt, trigger, modelPackage }: RetrainingDecision): void {
    this.trainings.push({ decidedAt, model: modelPackage, trigger });
    this.#version += 1;
    this.#retraining.sagemaker.register(this.#version, 'PendingManualApproval');
    this.#retraining.objects.set(`runs/abalone/${dataset?.id}/decision.json`, {
      registered: true,
      modelPackage: packageArn(this.#version),
    });
  }

  #run(definition: string, answer: Answer, input: object): unknown {
    this.#executions += 1;
    const run = runWorkflow({
      definition,
      input,
      answer,
      executionName: `execution-${this.#executions}`,
      startMs: Date.parse(this.#time(this.#hour)),
    });
    if (run.status !== 'SUCCEEDED') throw new Error(`${run.error}: ${run.cause}`);
    return run.output;
  }

  #time(hour: number): string {
    return new Date(Date.UTC(2026, 0, 1) + hour * HOUR_MS).toISOString();
  }
}

/** As `handlers/gather-labels` counts, where captures are not late. */
function countComplete(
  labels: readonly LabelledRows[],
  { since, until, requestsSince }: LabellingRequest,
): number {
  return labels
    .filter(({ arrivedAt }) => arrivedAt >= since && arrivedAt < until)
    .filter(({ askedAt }) => askedAt >= requestsSince)
    .reduce((sum, { rows }) => sum + rows, 0);
}
