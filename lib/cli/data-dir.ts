/** Where runs are kept unless a command says otherwise. */
export const DEFAULT_DATA_DIR = '.task-orchestrator';
