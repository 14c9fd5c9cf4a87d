import { describe, expect, it } from 'vitest';
import { frameworkOfImage } from './framework-images.ts';

const registry = '683313688378.dkr.ecr.us-east-1.amazonaws.com';
const cases: readonly (readonly [string, 'sklearn' | 'xgboost' | undefined])[] = [
  [`${registry}/sagemaker-scikit-learn:1.9-0-cpu-py3`, 'sklearn'],
  [`${registry}/sagemaker-scikit-learn:1.9-0`, 'sklearn'],
  [`${registry}/sagemaker-scikit-learn:1.4-2-py312-cpu-py3`, 'sklearn'],
  [`${registry}/sagemaker-xgboost:3.2-0`, 'xgboost'],
  [`${registry}/sagemaker-xgboost:3.0-5-cpu-py3`, 'xgboost'],
  ['450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.7-1', 'xgboost'],
  [`${registry}/sagemaker-xgboost:99.0-0`, undefined],
  [`${registry}/sagemaker-xgboost`, undefined],
  [`${registry}/pytorch-inference:2.0`, undefined],
  ['docker.io/library/python:3.12', undefined],
  ['', undefined],
];

describe('frameworkOfImage', () => {
  it.each(cases)('knows what serves in %s', (image, framework) => {
    expect(frameworkOfImage(image)).toBe(framework);
  });
});
