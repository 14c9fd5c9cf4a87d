import { expect, it } from 'vitest';
import { parseTemplate } from './read-template.ts';

/** The forms of https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html. */
const YAML = `
Conditions:
  Many: !Not [!Equals [!Ref Count, '1']]
  Both: !And [!Condition Many, Condition: Many]
Parameters:
  Count: { Type: String, Default: '1' }
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: !Sub '\${AWS::StackName}-topic'
      TopicName: !Join
        - '-'
        - - !Ref AWS::StackName
          - !Select [0, !Split [',', 'a,b']]
      DeliveryPolicy: !Sub
        - '\${Name}!'
        - Name: !GetAtt Queue.Arn
      ArchivePolicy: !If [Many, !GetAtt [Queue, QueueName], !Ref 'AWS::NoValue']
      Data:
        Fn::Base64: !Sub text
  Queue:
    Type: AWS::SQS::Queue
`;

it('are the functions that they stand for, within each other, on scalars, lists and maps', () => {
  expect(parseTemplate(YAML)).toEqual({
    Conditions: {
      Many: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Count' }, '1'] }] },
      Both: { 'Fn::And': [{ Condition: 'Many' }, { Condition: 'Many' }] },
    },
    Parameters: { Count: { Type: 'String', Default: '1' } },
    Resources: {
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: {
          DisplayName: { 'Fn::Sub': '${AWS::StackName}-topic' },
          TopicName: {
            'Fn::Join': [
              '-',
              [{ Ref: 'AWS::StackName' }, { 'Fn::Select': [0, { 'Fn::Split': [',', 'a,b'] }] }],
            ],
          },
          DeliveryPolicy: {
            'Fn::Sub': ['${Name}!', { Name: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
          },
          ArchivePolicy: {
            'Fn::If': ['Many', { 'Fn::GetAtt': ['Queue', 'QueueName'] }, { Ref: 'AWS::NoValue' }],
          },
          Data: { 'Fn::Base64': { 'Fn::Sub': 'text' } },
        },
      },
      Queue: { Type: 'AWS::SQS::Queue' },
    },
  });
});

it('are those of CloudFormation alone', () => {
  const text = 'Resources: { Topic: { Type: !Nonsense AWS::SNS::Topic } }';

  expect(() => parseTemplate(text)).toThrow(/Template format error: Unresolved tag: !Nonsense/);
});
