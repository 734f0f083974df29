/** Of every machine. */
export const MACHINE_NAME_PREFIX = 'task-orchestrator-';
/** Of machines that others start: the names tell, so that a part is not taken away from what starts it. */
export const PART_NAME_PREFIX = `${MACHINE_NAME_PREFIX}part-`;

export type MachineRole = 'run' | 'child';

export function machineName(role: MachineRole, hash: string): string {
  return (role === 'run' ? MACHINE_NAME_PREFIX : PART_NAME_PREFIX) + hash;
}

export function isPart(name: string): boolean {
  return name.startsWith(PART_NAME_PREFIX);
}

/** The names of the parts that a definition mentions. */
export function partsIn(definition: string): string[] {
  return definition.match(new RegExp(`${PART_NAME_PREFIX}[0-9a-f]+`, 'g')) ?? [];
}
