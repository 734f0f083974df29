import type { BlobFolder, BlobStore } from './ports/blob-store.ts';
import type { MachineDefinition } from './ports/workflow-engine.ts';
import { runBlobs } from './run-blobs.ts';

/** Where an execution's machines are kept. */
export interface KeptAt {
  readonly runId: string;
  readonly folder: BlobFolder;
}

/** The machines of an execution that is to be started, its own last. */
export interface KeptMachines extends MakingOfMachines {
  readonly machines: readonly MachineDefinition[];
}

export interface MakingOfMachines {
  /** So many have been made. */
  readonly made: number;
  /** All were there once, and some are gone. */
  readonly anew: boolean;
}

/** Keeps the machines that an execution's start is to make; its own is the last. */
export async function keepMachines(
  blobs: BlobStore,
  at: KeptAt,
  machines: readonly MachineDefinition[],
  making: MakingOfMachines = { made: 0, anew: false },
): Promise<void> {
  const kept: KeptMachines = { machines, ...making };
  await blobs.put(machinesKey(at), Buffer.from(JSON.stringify(kept)));
}

/** @throws BlobMissingError */
export async function readMachines(blobs: BlobStore, at: KeptAt): Promise<KeptMachines> {
  return JSON.parse(Buffer.from(await blobs.get(machinesKey(at))).toString()) as KeptMachines;
}

function machinesKey({ runId, folder }: KeptAt): string {
  return `${runBlobs(runId, folder)}/machines.json`;
}
