import type { Cloud } from '../../cloud/cloud.ts';
import { InvalidParameterException } from './errors.ts';

/** `arn:partition:sns:region:account:name` */
const ARN_ELEMENTS = 6;

/**
 * AWS looks at the form of an ARN, and at its region, before it looks for what it names.
 *
 * @param member as the message calls it
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
