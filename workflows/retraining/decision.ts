import type { Retraining } from '../../definition/index.ts';

const HOUR_MILLISECONDS = 3_600_000;
/** In which `maximumPerMonth` trainings may start. */
export const BUDGET_DAYS = 30;
/** To what bad endings can lengthen the cool-down. */
export const LONGEST_COOL_DOWN_HOURS = 168;
/** Doublings after which every cool-down has reached its end. */
const MAXIMUM_STREAK = 10;
/** Sets of drifted columns that are remembered of a live model. */
const MAXIMUM_ACTED = 50;
/** The limit for the reason, which lists columns. */
const REASON_CHARACTERS = 1_000;

type Guards = Pick<Retraining, 'minimumNewRows' | 'coolDownHours' | 'maximumPerMonth'>;

/**
 * What was decided before, as if the last decision to train had not been made, whose execution ended before its dataset
 * was uploaded; JSONata. Only the cool-down still counts it, so that a failure that repeats is not repeated at once.
 */
export const FORGET_LAST = `{
  "trainings": [$memory.trainings[$ != $memory.last.at]],
  "last": $memory.last.before.last,
  "acted": $memory.last.before.acted,
  "failedAt": $memory.last.at
}`;

/**
 * The decision, as a JSONata expression without side effects. It reads `$question`: when, who asks, in which execution, which model is live
 * and since when, the last judged window, how the last training ended, how many labelled rows are new (-1 before they
 * are counted), and a sentence about files that could not be read; and `$memory`: what was decided before. It gives the outcome with its reason, whether to train, how
 * many new rows that needs, and the memory that holds the decision.
 *
 * Guards that cost nothing come first, so that rows are counted only where a training may follow.
 */
export function renderDecision({ minimumNewRows, coolDownHours, maximumPerMonth }: Guards): string {
  const longest = Math.max(coolDownHours, LONGEST_COOL_DOWN_HOURS);
  return `(
  $now := $toMillis($question.now);
  $last := $memory.last;
  $isSameModel := $exists($last) and $last.model = $question.model;
  $seen := $isSameModel ? $last.rows : 0;
  $needed := ${minimumNewRows} + $seen;

  $verdict := $question.verdict;
  $isOfModel := $type($verdict) = "object"
    ? $verdict.model = $question.model and ($question.liveSince = "" ? true : $toMillis($verdict.start) >= $toMillis($question.liveSince))
    : false;
  $columns := $isOfModel ? [$sort([$verdict.drifted])] : [];
  $signs := $count($columns) > 0 ? "drift of " & $join($columns, ", ") : $isOfModel ? ($verdict.misses ? "quality below the gate" : "") : "";
  $sign := $signs = "" ? "" : $substring($hash($signs, "SHA-256"), 0, 16);
  $acted := $memory.acted.model = $question.model ? [$memory.acted.signs] : [];

  $streak := $question.lastFailed ? ($last.sign = $sign ? $min([$last.streak + 1, ${MAXIMUM_STREAK}]) : 0) : 0;
  $coolDownHours := $min([${coolDownHours} * $power(2, $streak), ${longest}]);
  $lastAt := $exists($last) ? $toMillis($last.at) : 0;
  $failedAt := $exists($memory.failedAt) ? $toMillis($memory.failedAt) : 0;
  $coolsUntil := $max([$lastAt, $failedAt]) + $coolDownHours * ${HOUR_MILLISECONDS};
  $recent := [$memory.trainings[$toMillis($) >= $now - ${BUDGET_DAYS * 24 * HOUR_MILLISECONDS}]];
  $freeAt := $count($recent) < ${maximumPerMonth} ? 0 : $toMillis($recent[-${maximumPerMonth}]) + ${BUDGET_DAYS * 24 * HOUR_MILLISECONDS};

  $isAsked := $question.trigger = "request";
  $isWarned := $question.trigger = "drift" or $question.trigger = "quality";
  $decided := $question.model = "" ? {
      "outcome": "No live model",
      "reason": "No model of the registry is live, so that nothing can be newer than what it was trained on."
    } : $isWarned and $not($isOfModel) ? {
      "outcome": "Verdict of another model",
      "reason": "The window began before the model that is live now, or another model answered it. The next window is judged against the live model's own rows."
    } : $not($isAsked) and $sign != "" and $sign in $acted ? {
      "outcome": "Same drift as before",
      "reason": "One training was started for this already (" & $signs & "). The next one follows a promotion, or other columns that drift."
    } : $not($isAsked) and $now < $coolsUntil ? {
      "outcome": "Cooling down",
      "reason": ($failedAt > $lastAt
        ? "The last decision to train, at " & $memory.failedAt & ", failed before its training began; the next may be from "
        : "The last training was started at " & $last.at & "; the next may be from ") & $fromMillis($coolsUntil) & " on" &
        ($streak > 0 ? ", because the last one of the same kind gave no model to keep, " & $string($streak) & " in a row." : ".")
    } : $freeAt > 0 ? {
      "outcome": "Budget spent",
      "reason": $string($count($recent)) & " trainings were started in the last ${BUDGET_DAYS} days, and the project allows ${maximumPerMonth}; the next may be after " & $fromMillis($freeAt) & "."
    } : $question.newRows >= 0 and $question.newRows < $needed ? {
      "outcome": "Not enough new rows",
      "reason": $string($question.newRows) & " labelled rows are new since the live model, and " & $string($needed) & " are needed" &
        ($seen > 0 ? ": ${minimumNewRows} more than the last training had." : ".") & $question.unreadable
    } : {
      "outcome": "Training started",
      "reason": $string($question.newRows) & " labelled rows are new since the live model" & ($signs = "" ? "." : "; " & $signs & ".") & $question.unreadable
    };
  $trains := $decided.outcome = "Training started";
  {
    "outcome": $decided.outcome,
    "reason": $substring($decided.reason, 0, ${REASON_CHARACTERS}),
    "trains": $trains,
    "neededRows": $needed,
    "memory": {
      "trainings": $trains ? $append($recent, [$question.now]) : $recent,
      "last": $trains ? {
        "at": $question.now,
        "decision": $question.decision,
        "model": $question.model,
        "sign": $sign,
        "rows": $question.newRows,
        "streak": $streak,
        "execution": $question.execution,
        "before": {"last": $sift($last, function($value, $key) { $key != "before" }), "acted": $memory.acted}
      } : $last,
      "failedAt": $not($trains) ? $memory.failedAt,
      "acted": {
        "model": $question.model,
        "signs": $trains ? [$append($acted, [$sign])[[-${MAXIMUM_ACTED}..-1]]] : $acted
      }
    }
  }
)`;
}
