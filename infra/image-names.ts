/** The images that stacks of projects may have, as the CDK's manifests of assets call them. */
export const IMAGE_NAMES = [
  'predictor-http',
  'predictor-lambda',
  'trainer-function',
  'trainer-task',
  'trainer-training',
] as const;

export type ImageName = (typeof IMAGE_NAMES)[number];
