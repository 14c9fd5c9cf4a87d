import { expect, it } from 'vitest';
import { dependencyOrder } from './dependency-order.ts';

it('puts every resource after what it refers to or depends on', () => {
  const resources = {
    Rule: { Type: 'R', Properties: { Target: { 'Fn::GetAtt': ['Machine', 'Arn'] } } },
    Machine: { Type: 'M', DependsOn: ['Policy'], Properties: { Role: { Ref: 'Role' } } },
    Policy: { Type: 'P', DependsOn: 'Role' },
    Role: { Type: 'O' },
  };

  expect(dependencyOrder(resources)).toEqual(['Role', 'Policy', 'Machine', 'Rule']);
});

it('names the resources of a cycle', () => {
  const resources = {
    A: { Type: 'T', DependsOn: 'B' },
    B: { Type: 'T', Properties: { Other: { Ref: 'A' } } },
  };

  expect(() => dependencyOrder(resources)).toThrow(
    'Circular dependency between resources: A -> B -> A',
  );
});
