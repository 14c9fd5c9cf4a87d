import { describe, expect, it } from 'vitest';
import { pythonJson, pythonText, readPythonValue } from './python-values.ts';

describe('a hyperparameter', () => {
  it.each([
    ['5', '5', '5'],
    ['0.2', '0.2', '0.2'],
    ['5.0', '5.0', '5.0'],
    ['1e-5', '1e-05', '1e-05'],
    ['0.0001', '0.0001', '0.0001'],
    ['1e3', '1000.0', '1000.0'],
    ['0.0', '0.0', '0.0'],
    ['1e16', '1e+16', '1e+16'],
    ['-3', '-3', '-3'],
    ['12345678901234567890', '12345678901234567890', '12345678901234567890'],
    ['"train.py"', 'train.py', '"train.py"'],
    ['train.py', 'train.py', '"train.py"'],
    ['true', 'True', 'true'],
    ['null', 'None', 'null'],
    ['["a", 1]', "['a', 1]", '["a",1]'],
    ['{"b": 2, "a": "x"}', 'a=x,b=2', '{"a":"x","b":2}'],
    ["it's", "it's", '"it\'s"'],
    ['"ü"', 'ü', '"\\u00fc"'],
    ['', '', '""'],
  ])('of %s is %s on the command line and %s in JSON', (raw, text, json) => {
    const value = readPythonValue(raw);

    expect([pythonText(value), pythonJson(value)]).toEqual([text, json]);
  });
});
