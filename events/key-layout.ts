/**
 * Where things lie in a project's bucket. Nothing below `incoming/` is ever deleted; everything a
 * run makes lies below `runs/`; what was refused is recorded below `quarantine/` with the reason.
 */
export interface KeyLayout {
  /** Uploads: `incoming/<project>/`. */
  readonly incoming: string;
  /** What each commit is trained on before it leaves the first environment: `reference/<project>/`. No rule looks there. */
  readonly reference: string;
  /** What runs make: `runs/<project>/<dataset-id>/…`. */
  readonly runs: string;
  /** Records of refused uploads: `quarantine/<project>/<dataset-id>.json`. */
  readonly quarantine: string;
  /** Requests and answers captured at the endpoint: `captured/<project>/…`. */
  readonly captured: string;
  /** Files to be scored: `scoring/<project>/`. A rule starts the workflow. */
  readonly scoring: string;
  /** Files that a request to score them names: `scoring-requests/<project>/`. No rule looks there. */
  readonly scoringRequests: string;
  /** What became of files that were scored: `scored/<project>/<batch-id>/…`. */
  readonly scored: string;
  /** Labels that arrive after the answers: `labels/<project>/yyyy/mm/dd/hh/…`. */
  readonly labels: string;
  /** Reports about the live model: `monitoring/<project>/…`. */
  readonly monitoring: string;
}

/** The prefixes of a project, each ending in `/`. */
export function layOutKeys(project: string): KeyLayout {
  return {
    incoming: `incoming/${project}/`,
    reference: `reference/${project}/`,
    runs: `runs/${project}/`,
    quarantine: `quarantine/${project}/`,
    captured: `captured/${project}/`,
    scoring: `scoring/${project}/`,
    scoringRequests: `scoring-requests/${project}/`,
    scored: `scored/${project}/`,
    labels: `labels/${project}/`,
    monitoring: `monitoring/${project}/`,
  };
}
