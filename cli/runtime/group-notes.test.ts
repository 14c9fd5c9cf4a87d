import { expect, it } from 'vitest';
import { groupNotes } from './group-notes.ts';

it('says once what is the same for several resources of a type', () => {
  const bounded = ['A', 'B', 'C', 'D', 'E'].map((id) => `${id} (AWS::IAM::Role): no boundary`);

  const lines = groupNotes([
    ...bounded,
    'Key (AWS::KMS::Key): X has no effect here',
    'F (AWS::S3::Bucket): no boundary',
    'something else',
  ]);

  expect(lines).toEqual([
    'A, B, C and 2 more (AWS::IAM::Role): no boundary',
    'Key (AWS::KMS::Key): X has no effect here',
    'F (AWS::S3::Bucket): no boundary',
    'something else',
  ]);
});

it('names three resources', () => {
  const lines = groupNotes(['A', 'B', 'C'].map((id) => `${id} (AWS::IAM::Role): no boundary`));

  expect(lines).toEqual(['A, B, C (AWS::IAM::Role): no boundary']);
});
