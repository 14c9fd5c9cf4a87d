import {
  type IChainable,
  type State,
  type StateMachine,
  Succeed,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { choose, when } from '../choice.ts';
import { jsonata } from '../jsonata.ts';
import { findLivePackage } from '../live-package.ts';
import type { MonitoringResources, ProjectResources } from '../project-resources.ts';
import { createStateMachine } from '../state-machine.ts';
import { awaitCapacity, type Guardable, noteFailure } from '../tasks/index.ts';
import { judgeWindow, readReport, recordQuality } from './judge.ts';
import { announceAlarm, monitoringFailed } from './reports.ts';
import { ALREADY_ASKED, askForRetraining, asksForRetraining } from './retraining.ts';
import {
  CONDITION_FAILED,
  isKept,
  isNewAlarm,
  isScheduled,
  keepVerdict,
  readVerdicts,
} from './verdicts.ts';
import {
  allowLooking,
  awaitCaptures,
  EXECUTION_TIMEOUT,
  fitWindow,
  gatherCaptures,
  hasBaseline,
  hasTraffic,
  isEmpty,
  isOfFormerModel,
  labelsAreDue,
  NO_REPORT,
  readFirstReport,
  readLivePackage,
  recordNoTraffic,
  setWindow,
  windowClaim,
} from './window.ts';

export interface MonitoringWorkflowProps {
  readonly resources: ProjectResources;
  readonly monitoring: MonitoringResources;
}

/** `<project>-monitoring`: from a window of requests to a verdict about the live model. */
export class MonitoringWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { resources, monitoring }: MonitoringWorkflowProps) {
    super(scope, id);
    this.stateMachine = createStateMachine(this, {
      name: resources.names.monitoringStateMachine,
      comment: `${resources.project.description}: judges what the live model was asked and answered`,
      start: new MonitoringPath(this, resources, monitoring).render(),
      timeout: EXECUTION_TIMEOUT,
    });
    this.stateMachine.addToRolePolicy(allowLooking(resources));
  }
}

/** The phases of a monitoring; any failure of theirs takes the one failure path. */
class MonitoringPath {
  readonly #scope: Construct;
  readonly #resources: ProjectResources;
  readonly #monitoring: MonitoringResources;
  readonly #failed: State;

  constructor(scope: Construct, resources: ProjectResources, monitoring: MonitoringResources) {
    this.#scope = scope;
    this.#resources = resources;
    this.#monitoring = monitoring;
    this.#failed = monitoringFailed(scope, resources);
  }

  /** The whole workflow at one glance, from its end to its start. */
  render(): IChainable {
    const judge = this.#judge(this.#remember(this.#end()));
    return setWindow(this.#scope, this.#monitoring).next(this.#claim(this.#findModel(judge)));
  }

  #guard = <Task extends Guardable>(task: Task): Task => {
    task.addCatch(this.#failed, noteFailure);
    return task;
  };

  #claim(next: IChainable): IChainable {
    const claim = windowClaim(this.#scope, this.#resources);
    const duplicate = Succeed.jsonata(this.#scope, 'Duplicate', {
      outputs: { outcome: 'Duplicate', claimedBy: jsonata('$claimedBy') },
    });
    return claim.take({
      taken: next,
      held: () => duplicate,
      heldAssign: { claimedBy: jsonata(`$${claim.variable}.owner`) },
      guard: this.#guard,
    });
  }

  #findModel(next: IChainable): IChainable {
    const noBaseline = this.#unjudged(
      'No baseline',
      'The live model was trained before training described its rows. Train it again.',
    );
    const read = this.#guard(readLivePackage(this.#scope, this.#resources))
      .next(fitWindow(this.#scope, this.#resources))
      .next(choose(this.#scope, 'Baseline known?').when(hasBaseline, next).otherwise(noBaseline));
    return findLivePackage({
      scope: this.#scope,
      resources: this.#resources,
      next: read,
      absent: this.#unjudged('No live model', 'No model of the registry is live.'),
      guard: this.#guard,
    });
  }

  #judge(next: IChainable): IChainable {
    const nothing = this.#guard(recordNoTraffic(this.#scope, this.#resources)).next(next);
    const job = judgeWindow(this.#scope, this.#resources, this.#monitoring);
    awaitCapacity(job, { scope: this.#scope, note: noteFailure, failed: this.#failed });
    const record = this.#guard(recordQuality(this.#scope, this.#resources)).next(next);
    this.#guard(job)
      .next(this.#guard(readReport(this.#scope, this.#resources)))
      .next(choose(this.#scope, 'Labels counted?').when(labelsAreDue, record).otherwise(next));
    const gather = this.#guard(gatherCaptures(this.#scope, this.#resources, this.#monitoring)).next(
      choose(this.#scope, 'Any requests?').when(hasTraffic, job).otherwise(nothing),
    );
    const wait = awaitCaptures(this.#scope).next(gather);
    const first = readFirstReport(this.#scope, this.#resources);
    first.addCatch(gather, NO_REPORT);
    this.#guard(first).next(gather);
    const due = choose(this.#scope, 'Labels due?').when(labelsAreDue, first).otherwise(wait);
    const former = this.#unjudged(
      'Model replaced',
      'The model that answered in this window is no longer live.',
    );
    return choose(this.#scope, 'Live after window?')
      .when(isOfFormerModel, former)
      .when(isEmpty, nothing)
      .otherwise(due);
  }

  /** Verdicts in a row make an alarm. */
  #remember(next: IChainable): IChainable {
    const read = this.#guard(readVerdicts(this.#scope, this.#resources, this.#monitoring));
    const keep = keepVerdict(this.#scope, this.#resources);
    keep.addCatch(read, { errors: [CONDITION_FAILED], outputs: {} });
    this.#guard(keep);
    const after = this.#askForRetraining(next);
    const tell = this.#guard(announceAlarm(this.#scope, this.#resources)).next(after);
    const isAlarmed = choose(this.#scope, 'New alarm?').when(isNewAlarm, tell).otherwise(after);
    read.next(choose(this.#scope, 'Verdict kept?').when(isKept, isAlarmed).otherwise(keep));
    keep.next(isAlarmed);
    return choose(this.#scope, 'Scheduled window?').when(isScheduled, read).otherwise(next);
  }

  /** Each window that keeps an alarm up asks: what was too little for a training yesterday may be enough today. */
  #askForRetraining(next: IChainable): IChainable {
    const condition = asksForRetraining(this.#resources);
    if (condition === undefined) return next;
    const ask = askForRetraining(this.#scope, this.#resources);
    ask.addCatch(next, ALREADY_ASKED);
    this.#guard(ask).next(next);
    return choose(this.#scope, 'Ask to train again?').when(condition, ask).otherwise(next);
  }

  /** A state for each verdict, so that it is seen in the list of executions. */
  #end(): IChainable {
    const end = (outcome: string) =>
      Succeed.jsonata(this.#scope, outcome, {
        outputs: {
          outcome,
          verdict: jsonata('$report.verdict'),
          modelPackage: jsonata('$package.arn'),
          window: jsonata('{"start": $window.start, "end": $window.end}'),
          drifted: jsonata(
            '$labelsDue ? [] : [$append($report.drifted, $report.driftedPredictions)]',
          ),
          labelsDue: jsonata('$labelsDue'),
          isUpdate: jsonata('$isUpdate'),
          objections: jsonata('[$objections]'),
          report: jsonata('$window.uri'),
          metrics: jsonata(METRICS),
        },
      });
    const below = end('Quality below the gate');
    return choose(this.#scope, 'Verdict?')
      .when(when('$report.verdict = "no traffic"'), end('No traffic'))
      .when(when('$labelsDue and $count($objections) > 0'), below)
      .when(when('$labelsDue and $type($report.measured) = "object"'), end('Quality measured'))
      .when(when('$labelsDue'), end('Not enough labels'))
      .when(when('$report.verdict = "drifted"'), end('Drifted'))
      .when(when('$count($objections) > 0'), below)
      .when(when('$report.verdict = "ok"'), end('No drift'))
      .otherwise(end('Not enough data'));
  }

  #unjudged(outcome: string, reason: string): State {
    return Succeed.jsonata(this.#scope, outcome, {
      outputs: {
        outcome,
        reason,
        window: jsonata('{"start": $window.start, "end": $window.end}'),
      },
    });
  }
}

/** What the observer publishes: a window that was not judged has no verdict to publish. */
const METRICS = `(
  $isJudged := $not($labelsDue) and $report.verdict in ["ok", "drifted"];
  $isMeasured := $counts.quality or $not($isScheduled);
  [
    $not($labelsDue) ? {"name": "WindowRows", "value": $report.rows},
    $isJudged ? {"name": "WindowDrifted", "value": $report.verdict = "drifted" ? 1 : 0},
    $isJudged ? {"name": "DriftedColumns", "value": $count($append($report.drifted, $report.driftedPredictions))},
    $counts.drift ? {"name": "DriftAlarm", "value": $alarm.drift ? 1 : 0},
    $counts.quality ? {"name": "QualityAlarm", "value": $alarm.quality ? 1 : 0},
    $isMeasured and $type($report.coverage) = "number" ? {"name": "LabelCoverage", "value": $report.coverage},
    $not($labelsDue) ? $each($report.effects, function($effect, $column) { {"name": "DriftEffect", "value": $effect, "column": $column} }),
    $isMeasured and $type($report.measured) = "object" ? $each($report.measured, function($value, $metric) { {"name": "Quality." & $metric, "value": $value} })
  ]
)`;
