import { localMachineArn } from './function-names.ts';

const KEPT_MACHINES = 64;
const MACHINE_REFERENCE = new RegExp(`${localMachineArn('')}([\\w-]+)`, 'g');

interface Machine {
  /** Machines that its states start. */
  readonly parts: readonly string[];
  /** Made for an execution that has not started yet. */
  awaited: boolean;
  /** Running executions that use it, itself or as a part. */
  users: number;
}

/** Says which machines are still of use: those that none uses are dropped, but for the latest few. */
export class MachineShelf {
  readonly #machines = new Map<string, Machine>();
  readonly #drop: (name: string) => void;

  constructor(drop: (name: string) => void) {
    this.#drop = drop;
  }

  add(name: string, definition: string): void {
    const known = this.#machines.get(name);
    const machine = known ?? { parts: partsOf(definition), awaited: true, users: 0 };
    machine.awaited = true;
    this.#machines.delete(name); // the latest last
    this.#machines.set(name, machine);
  }

  /** An execution of the machine has started. */
  take(name: string): void {
    this.#visit(name, (machine) => {
      machine.awaited = false;
      machine.users++;
    });
  }

  /** An execution of the machine is over. */
  giveBack(name: string): void {
    this.#visit(name, (machine) => {
      machine.users--;
    });
    for (const [idle, { users, awaited }] of this.#machines) {
      if (this.#machines.size <= KEPT_MACHINES) return;
      if (users > 0 || awaited) continue;
      this.#machines.delete(idle);
      this.#drop(idle);
    }
  }

  #visit(name: string, visit: (machine: Machine) => void): void {
    const reached = new Set([name]);
    for (const each of reached) {
      const machine = this.#machines.get(each);
      if (machine === undefined) continue;
      visit(machine);
      for (const part of machine.parts) reached.add(part);
    }
  }
}

function partsOf(definition: string): string[] {
  return Array.from(definition.matchAll(MACHINE_REFERENCE), (match) => match[1]!);
}
