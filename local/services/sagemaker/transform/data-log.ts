import type { Cloud } from '../../../cloud/cloud.ts';

/** The log group of containers and of SageMaker's own agent. */
export const TRANSFORM_LOG_GROUP = '/aws/sagemaker/TransformJobs';

/** The longest answer of a model, in lines, that is written to the log. */
const MAX_MESSAGE_LINES = 100;

/** SageMaker's own log of a transform job, in its format. */
export interface DataLog {
  say(text: string): void;
  /** Writes why a file failed, with the answer of the model if there is one. */
  fileFailed(label: string, reason: string, answer: string | undefined): void;
}

/** The format is AWS's: https://github.com/aws/sagemaker-tensorflow-serving-container/issues/93 */
export function createDataLog(cloud: Cloud, logStream: string): DataLog {
  const say = (text: string) => {
    const time = new Date(cloud.clock.now()).toISOString().slice(0, 23);
    const message = `${time}:[sagemaker logs]: ${text}`;
    cloud.writeLogLine({ logGroup: TRANSFORM_LOG_GROUP, logStream, message });
  };
  return {
    say,
    fileFailed(label, reason, answer) {
      const lines = answer?.split('\n').slice(0, MAX_MESSAGE_LINES) ?? [];
      const all = answer === undefined ? [reason] : [reason, '', 'Message:', ...lines];
      for (const line of all) say(`${label}: ${line}`);
    },
  };
}
