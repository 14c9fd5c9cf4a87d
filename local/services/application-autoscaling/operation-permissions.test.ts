import { expect, it } from 'vitest';
import { permissionsOf } from '../../testing/permissions.testing.ts';
import { createApplicationAutoScalingService } from './index.ts';

const ARN = 'arn:aws:application-autoscaling:us-east-1:000000000000';

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html
it('each operation needs the permissions of the Service Authorization Reference', () => {
  const input = {
    ServiceNamespace: 'sagemaker',
    ResourceId: 'endpoint/e/variant/v',
    ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    PolicyName: 'p',
    ResourceARN: `${ARN}:scalable-target/1`,
  };

  expect(permissionsOf(createApplicationAutoScalingService, input)).toEqual({
    RegisterScalableTarget: [
      `application-autoscaling:RegisterScalableTarget ${ARN}:scalable-target/d1860c40f2678f1972f07963240713ad {"application-autoscaling:service-namespace":"sagemaker","application-autoscaling:scalable-dimension":"sagemaker:variant:DesiredInstanceCount"}`,
    ],
    DeregisterScalableTarget: [
      `application-autoscaling:DeregisterScalableTarget ${ARN}:scalable-target/d1860c40f2678f1972f07963240713ad {"application-autoscaling:service-namespace":"sagemaker","application-autoscaling:scalable-dimension":"sagemaker:variant:DesiredInstanceCount"}`,
    ],
    DescribeScalableTargets: ['application-autoscaling:DescribeScalableTargets *'],
    PutScalingPolicy: [
      `application-autoscaling:PutScalingPolicy ${ARN}:scalable-target/d1860c40f2678f1972f07963240713ad {"application-autoscaling:service-namespace":"sagemaker","application-autoscaling:scalable-dimension":"sagemaker:variant:DesiredInstanceCount"}`,
    ],
    DeleteScalingPolicy: [
      `application-autoscaling:DeleteScalingPolicy ${ARN}:scalable-target/d1860c40f2678f1972f07963240713ad {"application-autoscaling:service-namespace":"sagemaker","application-autoscaling:scalable-dimension":"sagemaker:variant:DesiredInstanceCount"}`,
    ],
    DescribeScalingPolicies: ['application-autoscaling:DescribeScalingPolicies *'],
    DescribeScalingActivities: ['application-autoscaling:DescribeScalingActivities *'],
  });
});
