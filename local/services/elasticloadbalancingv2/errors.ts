import { ServiceError } from '../../cloud/service-error.ts';

/** The errors of Elastic Load Balancing: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html */
export class ValidationError extends ServiceError {
  constructor(message: string) {
    super('ValidationError', message);
  }
}

export class AccessDenied extends ServiceError {
  constructor(message: string) {
    super('AccessDenied', message, { status: 403 });
  }
}

/** What a request names and the account does not have. */
export type Missing = 'Listener' | 'LoadBalancer' | 'Rule' | 'TargetGroup';

const WORDS: Readonly<Record<Missing, string>> = {
  Listener: 'listeners',
  LoadBalancer: 'load balancers',
  Rule: 'rules',
  TargetGroup: 'target groups',
};

export class NotFoundException extends ServiceError {
  constructor(kind: Missing, name: string) {
    super(`${kind}NotFound`, `One or more ${WORDS[kind]} not found: ${name}`);
  }
}

export class DuplicateException extends ServiceError {
  constructor(what: 'Listener' | 'LoadBalancerName' | 'TargetGroupName', message: string) {
    super(`Duplicate${what}`, message);
  }
}

export class PriorityInUseException extends ServiceError {
  constructor(priority: number) {
    super('PriorityInUse', `Priority '${priority}' is currently in use`);
  }
}

export class ResourceInUseException extends ServiceError {
  constructor(message: string) {
    super('ResourceInUse', message);
  }
}

export class OperationNotPermittedException extends ServiceError {
  constructor(message: string) {
    super('OperationNotPermitted', message);
  }
}

export class InvalidConfigurationRequestException extends ServiceError {
  constructor(message: string) {
    super('InvalidConfigurationRequest', message);
  }
}

export class InvalidTargetException extends ServiceError {
  constructor(message: string) {
    super('InvalidTarget', message);
  }
}

export class CertificateNotFoundException extends ServiceError {
  constructor(message: string) {
    super('CertificateNotFound', message);
  }
}

export class TooManyException extends ServiceError {
  constructor(
    kind: 'Actions' | 'Listeners' | 'LoadBalancers' | 'Rules' | 'Tags' | 'TargetGroups' | 'Targets',
    limit: number,
  ) {
    super(`TooMany${kind}`, `The limit of ${limit} ${kind} has been reached. Nothing was changed.`);
  }
}

/** What Elastic Load Balancing has and this runtime lacks. */
export class UnsupportedFeature extends ServiceError {
  constructor(feature: string) {
    super(
      'NotImplemented',
      `stepmill does not have ${feature}. Nothing was done. docs/local.md lists what its Elastic Load Balancing has.`,
      { status: 501, fault: 'client' },
    );
  }
}
