import { ECRClient } from '@aws-sdk/client-ecr';
import type { Context } from 'aws-lambda';
import { type ImagePlan, imageCopyRequestSchema } from '../../events/index.ts';
import { logger } from '../powertools.ts';
import { tracer } from '../tracer.ts';
import { copyLayer } from './copy-layer.ts';
import { downloadLayer } from './download-layer.ts';
import { EcrRegistry } from './image-registry.ts';
import { planImage } from './plan-image.ts';
import { putImage } from './put-image.ts';

const registry = new EcrRegistry(tracer.captureAWSv3Client(new ECRClient({})));

type Reply = ImagePlan | { readonly sentBytes: number } | { readonly image: string };

/** Copies an image from the registry of another account, step by step. */
export async function handler(event: unknown, context: Context): Promise<Reply> {
  logger.addContext(context);
  const request = imageCopyRequestSchema.parse(event);
  switch (request.step) {
    case 'plan': {
      const plan = await planImage(request, registry);
      logger.info('Image planned', { image: plan.to, missingLayers: plan.layers.length });
      return plan;
    }
    case 'layer': {
      const sentBytes = await copyLayer(request, registry, downloadLayer);
      logger.info('Layer copied', { digest: request.layer.digest, sentBytes });
      return { sentBytes };
    }
    case 'put':
      await putImage(request, registry);
      logger.info('Image copied', { image: request.to });
      return { image: request.to };
  }
}
