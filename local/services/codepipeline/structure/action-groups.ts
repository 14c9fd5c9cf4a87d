import type { ActionDeclaration, StageDeclaration } from '@aws-sdk/client-codepipeline';

/** The actions of a stage that run at the same time, in the order in which the groups run. */
export function actionGroups({
  actions = [],
}: StageDeclaration): readonly (readonly ActionDeclaration[])[] {
  const orders = new Set(actions.map(({ runOrder }) => runOrder ?? 1));
  return [...orders]
    .toSorted((one, other) => one - other)
    .map((order) => actions.filter(({ runOrder }) => (runOrder ?? 1) === order));
}
