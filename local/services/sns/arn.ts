import type { Cloud } from '../../cloud/cloud.ts';
import { InvalidParameterException } from './errors.ts';

/** `arn:partition:sns:region:account:name` */
const ARN_ELEMENTS = 6;

/**
 * AWS validates the form and region of an ARN before it looks up the resource.
 *
 * @param member the parameter's name in the error message
 * @throws InvalidParameterException
 */
export function checkArn(cloud: Cloud, member: string, arn: string | undefined): string {
  if (arn === undefined) {
    throw new InvalidParameterException(`${member} Reason: no value for required parameter`);
  }
  const elements = arn.split(':');
  if (elements.length < ARN_ELEMENTS) {
    throw new InvalidParameterException(
      `${member} Reason: An ARN must have at least 6 elements, not ${elements.length}`,
    );
  }
  if (elements[2] !== 'sns' || elements[3] !== cloud.region) {
    throw new InvalidParameterException(member);
  }
  return arn;
}
