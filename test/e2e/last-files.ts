import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that look at all that the others did, and the one that takes it all down. */
const LAST = ['health.e2e.ts', 'statistics.e2e.ts', 'destroy.e2e.ts'];

/** Runs the files by name, and those at the end that must be the last. */
export class LastFiles extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => LAST.indexOf(basename(moduleId));
    return files.toSorted((a, b) => place(a) - place(b) || a.moduleId.localeCompare(b.moduleId));
  }
}
