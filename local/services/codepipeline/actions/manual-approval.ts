import type { ActionRunner } from './action.ts';
import { ActionFailed } from './action.ts';

const LOOK_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Waits for PutApprovalResult, and publishes a message to a topic before.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-json-format.html
 */
export const runApproval: ActionRunner = async (context) => {
  const { cloud, configuration, current, patience, remember } = context;
  if (current().memory['token'] === undefined) {
    const token = cloud.random.uuid();
    remember({ token });
    if (configuration['NotificationArn'] !== undefined) await notify(context, token);
  }
  for (;;) {
    const { memory, summary } = current();
    if (memory['answer'] === 'Approved') return { ...(summary !== undefined && { summary }) };
    if (memory['answer'] === 'Rejected') {
      throw new ActionFailed(
        summary === undefined || summary === '' ? 'Rejected' : summary,
        'JobFailed',
      );
    }
    await patience.wait(LOOK_MS);
  }
};

async function notify(
  { cloud, configuration, current, role }: Parameters<ActionRunner>[0],
  token: string,
): Promise<void> {
  const { action, declaration, pipeline, stage, startedAt } = current();
  const { CustomData, ExternalEntityLink, NotificationArn } = configuration;
  const expires = startedAt + (declaration.timeoutInMinutes ?? WEEK_MINUTES) * MINUTE_MS;
  const Message = JSON.stringify({
    region: cloud.region,
    consoleLink: `https://console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline}/view?region=${cloud.region}`,
    approval: {
      pipelineName: pipeline,
      stageName: stage,
      actionName: action,
      token,
      expires: `${new Date(expires).toISOString().slice(0, 16)}Z`,
      externalEntityLink: ExternalEntityLink ?? null,
      approvalReviewLink: `https://console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline}/view?region=${cloud.region}#/${stage}/${action}/approve/${token}`,
      customData: CustomData ?? null,
    },
  });
  const { principal } = await role();
  await cloud.call(principal, 'sns', 'Publish', {
    TopicArn: NotificationArn,
    Subject: `APPROVAL NEEDED: AWS CodePipeline ${pipeline} for action ${action}`.slice(
      0,
      SUBJECT_CHARACTERS,
    ),
    Message,
  });
}

const WEEK_MINUTES = 7 * 24 * 60;
/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_CHARACTERS = 99;
