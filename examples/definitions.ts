import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { preparePlan } from '../lib/index.ts';
import type { ExamplePlan } from './plan-of.ts';

/** The state machines of a plan by the names of their files: the run's own, and those that it starts. */
export function definitionsOf(plan: ExamplePlan): Record<string, string> {
  const { machines } = preparePlan(plan).compilation;
  const nameOf = (index: number): string => (index === machines.length - 1 ? 'run.asl.json' : `child-${index + 1}.asl.json`);
  return Object.fromEntries(
    machines.map(({ definition }, index) => [nameOf(index), `${JSON.stringify(JSON.parse(definition), null, 2)}\n`]),
  );
}

/** The definitions beside the plan of an example. */
export function keptDefinitions(example: string): Record<string, string> {
  const folder = join(import.meta.dirname, example, 'definition');
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

export function keepDefinitions(example: string, definitions: Readonly<Record<string, string>>): void {
  const folder = join(import.meta.dirname, example, 'definition');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [file, text] of Object.entries(definitions)) writeFileSync(join(folder, file), text);
}
