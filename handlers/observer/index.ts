import type { Context } from 'aws-lambda';
import { observedEventSchema } from '../../events/index.ts';
import { addProjectDimensions, logger, metrics } from '../powertools.ts';
import { measureEvent } from './measure-event.ts';

/** Turns what happens to a project into metrics. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  addProjectDimensions();
  const observed = observedEventSchema.parse(event);
  const measured = measureEvent(observed);
  logger.info(observed['detail-type'], { metrics: measured.map(({ name }) => name) });
  for (const { name, unit, value } of measured) metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
}
