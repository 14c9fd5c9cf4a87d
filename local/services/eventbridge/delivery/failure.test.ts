import { expect, it } from 'vitest';
import { ServiceError } from '../../../cloud/service-error.ts';
import { BrokenTemplate } from '../input/input-template.ts';
import { describeFailure, UnsupportedTarget } from './failure.ts';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
it.each<[error: unknown, code: string, passing: boolean]>([
  [new ServiceError('AccessDeniedException', 'm', { status: 403 }), 'NO_PERMISSIONS', false],
  [new ServiceError('AuthorizationErrorException', 'm'), 'NO_PERMISSIONS', false],
  [new ServiceError('ThrottlingException', 'm'), 'THROTTLING', true],
  [new ServiceError('TooManyRequestsException', 'm', { status: 429 }), 'THROTTLING', true],
  [new ServiceError('SlowDown', 'm', { status: 503 }), 'THROTTLING', true],
  [new ServiceError('ResourceNotFoundException', 'm', { status: 404 }), 'NO_RESOURCE', false],
  [new ServiceError('StateMachineDoesNotExist', 'm'), 'NO_RESOURCE', false],
  [new ServiceError('AWS.SimpleQueueService.NonExistentQueue', 'm'), 'NO_RESOURCE', false],
  [new ServiceError('NoSuchBucket', 'm', { status: 404 }), 'NO_RESOURCE', false],
  [new ServiceError('NotImplemented', 'm', { status: 501 }), 'NotImplemented', false],
  [new ServiceError('ServiceException', 'm', { status: 500 }), 'INTERNAL_ERROR', true],
  [new ServiceError('ValidationException', 'm', { status: 499 }), 'INVALID_PARAMETER', false],
  [new BrokenTemplate('m'), 'INVALID_JSON', false],
  [new UnsupportedTarget('m'), 'UNSUPPORTED_TARGET', false],
  [new Error('m'), 'INTERNAL_ERROR', true],
  ['m', 'INTERNAL_ERROR', true],
])('%o is %s', (error, code, passing) => {
  expect(describeFailure(error)).toEqual({ code, message: 'm', passing });
});
