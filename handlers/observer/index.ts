import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { ObservedEvent } from '../../events/index.ts';
import { addProjectDimensions, logger, metrics } from '../powertools.ts';
import { measureEvent } from './measure-event.ts';
import { readEvent, UnreadableEvent } from './read-event.ts';

/** Records metrics of the events of a project. */
export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  addProjectDimensions();
  const observed = read(event);
  const measured = measureEvent(observed);
  logger.info(observed['detail-type'], { metrics: measured.map(({ name }) => name) });
  for (const { name, unit, value, column } of measured) {
    if (column === undefined) metrics.addMetric(name, unit, value);
    // It has dimensions of its own.
    else metrics.singleMetric().addDimension('Column', column).addMetric(name, unit, value);
  }
  metrics.publishStoredMetrics();
}

/** Logs the name of an event that cannot be read, and fails, so that Lambda handles it as a failed event. */
function read(event: unknown): ObservedEvent {
  try {
    return readEvent(event);
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    const { detailType, eventId, faults } = error;
    logger.error('Event could not be read', { detailType, eventId, faults });
    metrics.addMetric('UnreadableEvents', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
    throw error;
  }
}
