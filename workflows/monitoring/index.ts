export { MonitoringWorkflow, type MonitoringWorkflowProps } from './monitoring-workflow.ts';
