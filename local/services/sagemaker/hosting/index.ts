import { join } from 'node:path';
import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import type { SageMaker, SageMakerPart } from '../sagemaker.ts';
import type { HostingContext } from './context.ts';
import { DataCapture } from './data-capture.ts';
import { createEndpointConfigOperations } from './endpoint-configs.ts';
import { EndpointController } from './endpoint-controller.ts';
import { createEndpointOperations } from './endpoints.ts';
import { InvocationMetrics } from './invocation-metrics.ts';
import { createInvokeOperations } from './invoke-endpoint.ts';
import { createModelOperations } from './models.ts';
import type { EndpointRecord } from './records.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import { SocketFolder } from './socket-folder.ts';
import { Utilization } from './utilization.ts';

/**
 * Models, endpoint configs, endpoints and InvokeEndpoint.
 *
 * Missing, and answered so by name: multi-model containers, uncompressed models, inference components,
 * asynchronous and streaming inference, explainers.
 *
 * By design: an instance is one process for each container, on this machine, at most
 * `MAX_PROCESSES_PER_VARIANT` of a variant; shares of traffic are kept exactly, not by chance; an
 * invocation's 60 seconds and a container's start are counted in real time, whatever the clock; after a
 * restart a bake that was under way begins anew; a serverless variant is one process that is always warm.
 *
 * From: the SageMaker Developer Guide (deployment guardrails, inference code, monitoring), the API
 * Reference, and the sources of the scikit-learn and XGBoost containers.
 */
export function createHosting(
  sagemaker: SageMaker,
  python: ProcessStarter = sagemaker.python,
): SageMakerPart {
  const { cloud } = sagemaker;
  const sockets = new SocketFolder();
  const context: HostingContext = {
    sagemaker,
    python,
    folder: join(cloud.stateFolder, 'hosting'),
    sockets,
  };
  const table = cloud.store.table<EndpointRecord>('sagemaker.endpoints', {
    name: 'string',
    arn: 'string',
    status: 'string',
    live: 'object',
    creationTime: 'number',
    lastModifiedTime: 'number',
  });
  const alarms = new RollbackAlarms(cloud);
  const metrics = new InvocationMetrics(cloud);
  const capture = new DataCapture(cloud);
  const controllers = new Map<string, EndpointController>();
  const utilization = new Utilization(cloud, () => [...controllers.values()].flatMap(processesOf));

  function controllerOf(name: string): EndpointController {
    const known = controllers.get(name);
    if (known !== undefined) return known;
    const controller = new EndpointController({
      context,
      table,
      alarms,
      name,
      onDeleted: () => controllers.delete(name),
    });
    controllers.set(name, controller);
    return controller;
  }

  return {
    operations: {
      ...createModelOperations(sagemaker),
      ...createEndpointConfigOperations(sagemaker),
      ...createEndpointOperations({ sagemaker, table, alarms, controllerOf }),
      ...createInvokeOperations({
        context,
        metrics,
        capture,
        controller: (name) => controllers.get(name),
      }),
    },
    onEvent: (event) => alarms.onEvent(event),
    start() {
      utilization.start();
      for (const [name] of table.entries()) controllerOf(name).resume();
    },
    halt() {
      utilization.stop();
      for (const controller of controllers.values()) controller.halt();
    },
    flush() {
      metrics.flush();
      return capture.flush();
    },
    async stop() {
      await Promise.all([...controllers.values()].map((controller) => controller.stop()));
      sockets.close();
    },
  };
}

function processesOf(controller: EndpointController) {
  return controller.fleets.flatMap((fleet) =>
    [...fleet.variants, ...fleet.shadows].map((variant) => ({
      endpointName: controller.name,
      variantName: variant.spec.name,
      processIds: variant.processIds,
    })),
  );
}
