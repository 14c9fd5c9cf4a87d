/**
 * Answers of CloudFormation and IAM as they come over the wire, in the shapes of botocore's models
 * (`cloudformation/2010-05-15`, `iam/2010-05-08`); test/aws-check/shapes.test.ts has botocore read them.
 */
export interface Answer {
  readonly status: number;
  readonly xml: string;
}

const CLOUDFORMATION = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';
const IAM = 'https://iam.amazonaws.com/doc/2010-05-08/';
const METADATA =
  '<ResponseMetadata><RequestId>0be7b6e8-e4a0-11e0-a5bd-9f8a7a7dbc91</RequestId></ResponseMetadata>';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html */
export function validTemplate(): Answer {
  const parameter =
    '<member><NoEcho>false</NoEcho><ParameterKey>BootstrapVersion</ParameterKey><DefaultValue>/cdk-bootstrap/hnb659fds/version</DefaultValue><Description>Version of the bootstrap</Description></member>';
  return result('ValidateTemplate', CLOUDFORMATION, [
    `<Parameters>${parameter}</Parameters><Description/>`,
    '<Capabilities><member>CAPABILITY_NAMED_IAM</member></Capabilities>',
    '<CapabilitiesReason>The following resource(s) require capabilities: [AWS::IAM::Role]</CapabilitiesReason>',
    '<DeclaredTransforms/>',
  ]);
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html */
export function decided(
  decision: Decision,
  action: string,
  resource: string,
  missing: readonly string[] = [],
): Answer {
  const matched =
    decision === 'implicitDeny'
      ? ''
      : '<member><SourcePolicyId>PolicyInputList.1</SourcePolicyId><SourcePolicyType>none</SourcePolicyType><StartPosition><Line>1</Line><Column>41</Column></StartPosition><EndPosition><Line>1</Line><Column>127</Column></EndPosition></member>';
  const names = missing.map((name) => `<member>${name}</member>`).join('');
  return result('SimulateCustomPolicy', IAM, [
    '<IsTruncated>false</IsTruncated><EvaluationResults><member>',
    `<MatchedStatements>${matched}</MatchedStatements>`,
    `<MissingContextValues>${names}</MissingContextValues>`,
    `<EvalResourceName>${resource}</EvalResourceName>`,
    `<EvalDecision>${decision}</EvalDecision>`,
    `<EvalActionName>${action}</EvalActionName>`,
    '</member></EvaluationResults>',
  ]);
}

/** An error of the query protocol. */
export function refused(status: number, code: string, message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  return {
    status,
    xml: `<ErrorResponse>${error}<RequestId>5f2e7a44</RequestId></ErrorResponse>`,
  };
}

function result(operation: string, namespace: string, members: readonly string[]): Answer {
  const inner = `<${operation}Result>${members.join('')}</${operation}Result>${METADATA}`;
  return {
    status: 200,
    xml: `<${operation}Response xmlns="${namespace}">${inner}</${operation}Response>`,
  };
}
