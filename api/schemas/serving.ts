import * as z from 'zod';
import { servingCapacitySchema, servingTypes } from '../../events/index.ts';

export const servingType = z.enum(servingTypes).meta({
  id: 'ServingType',
  description:
    'Where models serve: `instances` and `serverless` are endpoints of SageMaker, `lambda` is a function, `container` a service of ECS',
});

/** Where a live model is asked, by the names of its service. */
export const servingPlace = z
  .object({
    type: servingType,
    name: z.string().meta({ description: 'Of the endpoint, the function or the service' }),
    alias: z.string().optional().meta({ description: 'Of the function, which requests ask for' }),
    cluster: z.string().optional().meta({ description: 'Of the service' }),
  })
  .meta({ id: 'ServingPlace' });

export const servingCapacity = servingCapacitySchema.meta({
  id: 'ServingCapacity',
  description: 'How large what serves is; each place has its own words for it',
});

export const exampleCapacity = {
  instanceType: 'ml.m5.large',
  minimumInstances: 1,
  maximumInstances: 1,
} as const;
