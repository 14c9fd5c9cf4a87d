import { approvalDuringUpdate, threeApprovals } from './approvals.ts';
import { erringModel, nonsenseModel, slowModel } from './bad-model.ts';
import { batch } from './batch.ts';
import { delivery } from './delivery.ts';
import { drift } from './drift.ts';
import { erringLiveModel } from './erring-live-model.ts';
import { deadOwner, deletedConfig, killedRuntime } from './failures.ts';
import { goodModel } from './good-model.ts';
import { lateLabels } from './late-labels.ts';
import { nextVisits } from './next-visits.ts';
import { rejectedModel } from './rejected-model.ts';
import { retrain } from './retrain.ts';
import { season } from './season.ts';
import type { DeliveryStory, Story, WatchingStory } from './story.ts';

/** The eleven stories that test promotion, in their order. */
export const stories: readonly Story[] = [
  goodModel,
  erringModel,
  slowModel,
  nonsenseModel,
  threeApprovals,
  approvalDuringUpdate,
  killedRuntime,
  rejectedModel,
  deadOwner,
  deletedConfig,
  erringLiveModel,
];

/** The stories of a model that is used and watched. */
export const watchingStories: readonly WatchingStory[] = [
  batch,
  drift,
  lateLabels,
  nextVisits,
  retrain,
  season,
];

/** The stories of commits. */
export const deliveryStories: readonly DeliveryStory[] = [delivery];
