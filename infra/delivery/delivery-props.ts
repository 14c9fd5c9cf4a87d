import type { Pipeline } from '../../definition/index.ts';
import type { DeliveryPlan } from '../../delivery/index.ts';
import type { Subscriber } from '../notify.ts';

type Source = Pipeline['source'];

/** A repository behind a connection to GitHub, GitLab or Bitbucket. */
export type ConnectedSource = Extract<Source, { readonly connection: string }>;

/** A repository in the pipeline's account. */
export type CodeCommitSource = Extract<Source, { readonly codecommit: string }>;

/** A repository whose steps run as GitHub Actions. */
export type GithubSource = Extract<Source, { readonly github: string }>;

export type DeliverySource = ConnectedSource | CodeCommitSource;

export interface DeliveryProps {
  readonly plan: DeliveryPlan;
  readonly source: DeliverySource;
  /** Who hears of failures and of approvals that wait. */
  readonly notify: readonly Subscriber[];
}
