import { join } from 'node:path';
import { bindOperations } from '../../../cloud/operation.ts';
import type { ProcessStarter } from '../../../jobs/serving/index.ts';
import type { SageMakerPart, SageMakerState } from '../state.ts';
import { DataCapture } from './data-capture.ts';
import { endpointConfigOperations, endpointConfigTable } from './endpoint-configs.ts';
import type { EndpointController } from './endpoint-controller.ts';
import { EndpointControllers } from './endpoint-controllers.ts';
import { endpointOperations, endpointTable } from './endpoints.ts';
import { InvocationMetrics } from './invocation-metrics.ts';
import { invokeOperations } from './invoke-endpoint.ts';
import { modelOperations, modelTable } from './models.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import { SocketFolder } from './socket-folder.ts';
import type { HostingState } from './state.ts';
import { Utilization } from './utilization.ts';

/**
 * Models, endpoint configs, endpoints and InvokeEndpoint.
 *
 * Missing, and answered as missing by name: multi-model containers, uncompressed models, inference components,
 * asynchronous and streaming inference, explainers.
 *
 * Different by design: an instance is one process for each container, on this machine, with at most
 * `MAX_PROCESSES_PER_VARIANT` per variant; traffic is divided exactly, not randomly; the 60 seconds of an
 * invocation and the start of a container are counted in real time; after a restart of the runtime, a bake in
 * progress starts again; a serverless variant is one process that is always warm.
 *
 * Behaviour from: the SageMaker Developer Guide (deployment guardrails, inference code, monitoring), the API
 * Reference, and the sources of the scikit-learn and XGBoost containers.
 */
export function createHosting(
  sagemaker: SageMakerState,
  python: ProcessStarter = sagemaker.python,
): SageMakerPart {
  const sockets = new SocketFolder();
  const hosting = openHosting(sagemaker, python, sockets);
  const { controllers, alarms, metrics, capture } = hosting;
  const utilization = new Utilization(sagemaker.cloud, () => controllers.all.flatMap(processesOf));
  return {
    operations: bindOperations(
      hosting,
      modelOperations,
      endpointConfigOperations,
      endpointOperations,
      invokeOperations,
    ),
    onEvent: (event) => alarms.onEvent(event),
    start() {
      utilization.start();
      for (const [name] of hosting.endpoints.entries()) controllers.of(name).resume();
    },
    halt() {
      utilization.stop();
      for (const controller of controllers.all) controller.halt();
    },
    flush() {
      metrics.flush();
      return capture.flush();
    },
    async stop() {
      await Promise.all(controllers.all.map((controller) => controller.stop()));
      await sockets.close();
    },
  };
}

function openHosting(
  sagemaker: SageMakerState,
  python: ProcessStarter,
  sockets: SocketFolder,
): HostingState {
  const { cloud } = sagemaker;
  const folder = join(cloud.stateFolder, 'hosting');
  const endpoints = endpointTable(cloud.store);
  const alarms = new RollbackAlarms(cloud);
  return {
    ...sagemaker,
    models: modelTable(cloud.store),
    endpointConfigs: endpointConfigTable(cloud.store),
    endpoints,
    controllers: new EndpointControllers({ sagemaker, python, folder, sockets }, endpoints, alarms),
    alarms,
    metrics: new InvocationMetrics(cloud),
    capture: new DataCapture(cloud),
    shadowCredits: new Map(),
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
