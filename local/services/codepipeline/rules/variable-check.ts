import { findPattern } from '../../../builds/index.ts';
import type { RuleCheck } from './rule.ts';

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html */
export const checkVariable: RuleCheck = async ({ configuration }) => {
  const { Operator = 'EQ', Value = '', Variable = '' } = configuration;
  const passes = compare(Operator, Variable, Value);
  const verb = passes ? 'is' : 'is not';
  return { passes, summary: `${Variable} ${verb} as asked: ${Operator} ${Value}` };
};

function compare(operator: string, variable: string, value: string): boolean {
  switch (operator) {
    case 'EQ':
      return variable === value;
    case 'NE':
      return variable !== value;
    case 'CONTAINS':
      return variable.includes(value);
    // Java's Matcher.matches asks for the whole text.
    case 'MATCHES':
      return findPattern(`^(?:${value})$`, variable) === true;
    default:
      return false;
  }
}
