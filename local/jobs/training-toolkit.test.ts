import { describe, expect, it } from 'vitest';
import { describeScriptMode, findUserScript, type ScriptModeInput } from './training-toolkit.ts';

const INPUT: ScriptModeInput = {
  hyperparameters: {
    sagemaker_program: '"train.py"',
    sagemaker_submit_directory: '"s3://bucket/source.tar.gz"',
    'learning-rate': '0.1',
    n: '3',
    _tuning_objective_metric: 'rmse',
  },
  channels: ['validation', 'train'],
  instanceType: 'ml.m5.large',
  processors: 2,
  framework: 'xgboost',
  inputDataConfig: { train: {} },
  resourceConfig: { hosts: ['algo-1'] },
  jobName: 'example',
  hasSetup: false,
  hasRequirements: false,
};

describe('script mode', () => {
  it('finds the script in the hyperparameters, as JSON or plain text', () => {
    expect(findUserScript(INPUT.hyperparameters)).toEqual({
      program: 'train.py',
      submitDirectory: 's3://bucket/source.tar.gz',
    });
    expect(findUserScript({ sagemaker_program: 'a.py' })?.program).toBe('a.py');
    expect(findUserScript({ num_round: '5' })).toBeUndefined();
  });

  it('passes all hyperparameters except the reserved ones as arguments', () => {
    const { command, shown, fresh } = describeScriptMode(INPUT);

    expect(command).toEqual(['python3', 'train.py', '--learning-rate', '0.1', '-n', '3']);
    expect(shown).toBe('python3 train.py --learning-rate 0.1 -n 3');
    expect(fresh).toBe(false);
  });

  it('sets the variables of the toolkit', () => {
    const { environment } = describeScriptMode(INPUT);

    expect(environment).toMatchObject({
      PYTHONPATH: '/opt/ml/code',
      SM_CHANNELS: '["train","validation"]',
      SM_CHANNEL_TRAIN: '/opt/ml/input/data/train',
      SM_CURRENT_HOST: 'algo-1',
      SM_FRAMEWORK_MODULE: 'sagemaker_xgboost_container.training:main',
      SM_FRAMEWORK_PARAMS:
        '{"_tuning_objective_metric":"rmse","sagemaker_program":"train.py","sagemaker_submit_directory":"s3://bucket/source.tar.gz"}',
      SM_HPS: '{"learning-rate":0.1,"n":3}',
      'SM_HP_LEARNING-RATE': '0.1',
      SM_HP_N: '3',
      SM_LOG_LEVEL: '20',
      SM_MODEL_DIR: '/opt/ml/model',
      SM_MODULE_NAME: 'train',
      SM_NUM_CPUS: '2',
      SM_OUTPUT_DATA_DIR: '/opt/ml/output/data',
      SM_USER_ARGS: '["--learning-rate","0.1","-n","3"]',
      SM_USER_ENTRY_POINT: 'train.py',
    });
    const all = JSON.parse(environment['SM_TRAINING_ENV'] ?? '') as Record<string, unknown>;
    expect(all['hyperparameters']).toEqual({ 'learning-rate': 0.1, n: 3 });
    expect(Object.keys(all)).toEqual(Object.keys(all).toSorted());
  });

  it('installs requirements beside the code, and then runs a new interpreter', () => {
    const { command, environment, fresh, shown } = describeScriptMode({
      ...INPUT,
      hasRequirements: true,
    });

    expect(command.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(command.slice(3, 6)).toEqual(['/opt/ml/packages', 'python3', 'train.py']);
    expect(environment['PYTHONPATH']).toBe('/opt/ml/code:/opt/ml/packages');
    expect([fresh, shown]).toEqual([true, 'python3 train.py --learning-rate 0.1 -n 3']);
  });

  it('runs a package as a module, and other programs in the shell', () => {
    const module = describeScriptMode({ ...INPUT, hasSetup: true });
    const shell = describeScriptMode({
      ...INPUT,
      hyperparameters: { sagemaker_program: 'run.sh' },
    });

    expect(module.command.slice(0, 3)).toEqual(['python3', '-m', 'train']);
    expect(shell.command).toEqual(['/bin/sh', '-c', './"$0" "$@"', 'run.sh']);
  });
});
