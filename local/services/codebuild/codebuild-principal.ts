/** The principal of CodeBuild in trust policies. */
export const CODEBUILD_PRINCIPAL = 'codebuild.amazonaws.com';
