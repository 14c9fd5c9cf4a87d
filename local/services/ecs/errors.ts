import { ServiceError } from '../../cloud/service-error.ts';

/** The errors of Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html */
export class ClientException extends ServiceError {
  constructor(message: string) {
    super('ClientException', message);
  }
}

export class InvalidParameterException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterException', message);
  }
}

export class ClusterNotFoundException extends ServiceError {
  constructor() {
    super('ClusterNotFoundException', 'Cluster not found.');
  }
}

export class ClusterContainsTasksException extends ServiceError {
  constructor() {
    super('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
  }
}

export class ConflictException extends ServiceError {
  constructor(resourceIds: readonly string[]) {
    super(
      'ConflictException',
      'The client token was used before with other parameters. Nothing was started.',
      { members: { resourceIds } },
    );
  }
}

export class ClusterContainsServicesException extends ServiceError {
  constructor() {
    super(
      'ClusterContainsServicesException',
      'The Cluster cannot be deleted while Services are active.',
    );
  }
}

export class ServiceNotFoundException extends ServiceError {
  constructor() {
    super('ServiceNotFoundException', 'Service not found.');
  }
}

export class ServiceNotActiveException extends ServiceError {
  constructor() {
    super('ServiceNotActiveException', 'Service was not ACTIVE.');
  }
}

export class ServiceDeploymentNotFoundException extends ServiceError {
  constructor() {
    super('ServiceDeploymentNotFoundException', 'The service deployment was not found.');
  }
}

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

/** What Amazon ECS has and this runtime lacks. */
export class UnsupportedFeature extends ServiceError {
  constructor(feature: string) {
    super(
      'NotImplemented',
      `stepmill does not run ${feature}. Nothing was done. docs/local.md lists what its Amazon ECS has.`,
      { status: 501, fault: 'client' },
    );
  }
}
