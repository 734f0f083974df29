import { type Machine, nameByContent } from './content-hash.ts';
import { type EmitOptions, emit } from './emit.ts';
import type { BatchLayout, ChildLayout, Layout } from './layout.ts';
import type { MachineRole } from './machine-names.ts';

export type EmitMachinesOptions = Omit<EmitOptions, 'childArn'> & { readonly machineArn: (name: string) => string };

/** The machine of a layout and those of the parts that run on their own, the innermost first. */
export function emitMachines(root: Layout, { machineArn, ...options }: EmitMachinesOptions): Machine[] {
  const machines = new Map<string, Machine>();
  const build = (part: Layout | BatchLayout, role: MachineRole): Machine => {
    const childArn = (child: ChildLayout | BatchLayout): string =>
      machineArn(build(child.kind === 'child' ? child.part : child, 'child').name);
    const machine = nameByContent(emit(part, role, { ...options, childArn }), role);
    machines.set(machine.name, machine);
    return machine;
  };
  build(root, 'run');
  return [...machines.values()];
}
