import { join } from 'node:path';
import { pythonEnvironment } from '../../python-environment.ts';

/** The Python that has the emulator. */
export async function emulatorPython(): Promise<string> {
  return join(await pythonEnvironment('emulator', join(import.meta.dirname, 'requirements.txt')), 'python');
}
