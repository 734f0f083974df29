import type { WorkflowEngine } from '../../lib/runtime/ports/workflow-engine.ts';

/** Takes everything, and does nothing. */
export const IDLE_ENGINE: WorkflowEngine = {
  ensureMachine: async () => {},
  startExecution: async () => {},
  stopExecution: async () => {},
  openGate: async () => true,
  failTask: async () => true,
  heartbeat: async () => true,
};
