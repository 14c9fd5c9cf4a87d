import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createCodePipelineService } from './index.ts';

const ARN = 'arn:aws:codepipeline:us-east-1:000000000000:p';
const ROLE = 'arn:aws:iam::000000000000:role/pipeline';
const PASS = `iam:PassRole ${ROLE} {"iam:PassedToService":"codepipeline.amazonaws.com"}`;

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    name: 'p',
    pipelineName: 'p',
    pipeline: { name: 'p', roleArn: ROLE },
    stageName: 's',
    actionName: 'a',
    resourceArn: ARN,
  };
  const on = (action: string, place = '') => [`codepipeline:${action} ${ARN}${place}`];

  expect(permissionsOf(createCodePipelineService, input)).toEqual({
    CreatePipeline: [...on('CreatePipeline'), PASS],
    UpdatePipeline: [...on('UpdatePipeline'), PASS],
    DeletePipeline: on('DeletePipeline'),
    GetPipeline: on('GetPipeline'),
    ListPipelines: ['codepipeline:ListPipelines *'],
    StartPipelineExecution: on('StartPipelineExecution'),
    StopPipelineExecution: on('StopPipelineExecution'),
    GetPipelineExecution: on('GetPipelineExecution'),
    ListPipelineExecutions: on('ListPipelineExecutions'),
    ListActionExecutions: on('ListActionExecutions'),
    GetPipelineState: on('GetPipelineState'),
    DisableStageTransition: on('DisableStageTransition', '/s'),
    EnableStageTransition: on('EnableStageTransition', '/s'),
    RetryStageExecution: on('RetryStageExecution', '/s'),
    RollbackStage: on('RollbackStage'),
    OverrideStageCondition: on('OverrideStageCondition', '/s'),
    PutApprovalResult: on('PutApprovalResult', '/s/a'),
    PutJobSuccessResult: ['codepipeline:PutJobSuccessResult *'],
    PutJobFailureResult: ['codepipeline:PutJobFailureResult *'],
    TagResource: on('TagResource'),
    UntagResource: on('UntagResource'),
    ListTagsForResource: on('ListTagsForResource'),
  });
});
