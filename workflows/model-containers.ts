/** Where the artifacts of a described package lie: the first container prepares, the last predicts; one container does both. */
export const describedArtifacts = {
  preprocessor: '$states.result.InferenceSpecification.Containers[0].ModelDataUrl',
  model: '$states.result.InferenceSpecification.Containers[-1].ModelDataUrl',
} as const;
