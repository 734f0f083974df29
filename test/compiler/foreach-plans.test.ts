import validateAsl from 'asl-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Compilation } from '../../lib/compiler/compile.ts';
import type { Structure } from '../../lib/compiler/structure/structure.ts';
import { LocalStepFunctions } from '../../lib/local/asl/local-step-functions.ts';
import { VirtualClock } from '../../lib/local/virtual-clock.ts';
import { remapRecord } from '../../lib/model/remap-record.ts';
import type { TaskRecord } from '../../lib/model/task-record.ts';
import { preparePlan } from '../../lib/planning/prepare-plan.ts';
import { withItems } from '../../lib/runtime/item-records.ts';
import type { Expansion } from '../../lib/runtime/ports/tasks.ts';
import { SIMULATION_START } from '../simulate.ts';
import { TARGETS } from './compile-residual.ts';
import { type ItemsPlan, randomItemsPlan } from './random-items-plans.ts';
import { readMachines } from './read-machines.ts';
import { checkStructure } from './structure/check-structure.ts';

const anyLimit = fc.constantFrom(1, 3, 50, 1000);

function compileAt(plan: ItemsPlan, maxParallelTasks: number): Compilation {
  return preparePlan(plan, { maxParallelTasks, targets: TARGETS }).compilation;
}

/** The records of a plan and all that stand for those of items, in the order of their ordinals. */
function allRecords({ spec }: Compilation): TaskRecord[] {
  const count = spec.tasks.length;
  // as they were before they got ordinals that no task has
  const ordinalOf = (ordinal: number): number => (ordinal < 0 ? count - 1 - ordinal : ordinal);
  const all = spec.tasks.map((task) => remapRecord(task, { ordinalOf, idOf: (id) => id }));
  for (const { foreach } of all) all.push(...(foreach?.template ?? []));
  return all;
}

function ordinalsOf(structure: Structure | undefined): number[] {
  if (structure === undefined) return [];
  return (structure.kind === 'task' ? [structure.task] : structure.parts.flatMap(ordinalsOf)).sort((a, b) => a - b);
}

/** Of tasks that stand for those of items, with those in them. */
function ordinalsIn(template: readonly TaskRecord[]): number[] {
  return template.flatMap(({ ordinal, foreach }) => [ordinal, ...ordinalsIn(foreach?.template ?? [])]).sort((a, b) => a - b);
}

/** All other tasks that a record names. */
function namedBy(record: TaskRecord): number[] {
  const { dependencies, dependents, opens, reads = [], rule, gate, conditions = [], deadlines = [], within, item, foreach } = record;
  const bound = [...Object.values(record.references), ...Object.values(record.boundInputs)].map(({ source }) => source);
  return [
    ...[...dependencies, ...dependents, ...opens, ...reads, ...(rule?.over ?? []), ...(gate?.dependencies ?? [])],
    ...[
      ...conditions.map(({ source }) => source),
      ...deadlines.map(({ begin }) => begin),
      ...bound.filter((each) => typeof each === 'number'),
    ],
    ...[rule?.guard, within, item?.begin, foreach?.begin].filter((each) => each !== undefined),
  ];
}

describe('a plan with foreach tasks', () => {
  it('compiles to machines that the local interpreter takes', { timeout: 120_000 }, () => {
    const property = fc.property(randomItemsPlan(), anyLimit, (plan, limit) => {
      const interpreter = new LocalStepFunctions({ clock: new VirtualClock(SIMULATION_START), invoke: () => Promise.resolve({}) });
      for (const machine of compileAt(plan, limit).machines) expect(() => interpreter.createStateMachine(machine)).not.toThrow();
    });
    fc.assert(property, { numRuns: 100 });
  });

  it('compiles to machines that are valid', { timeout: 120_000 }, () => {
    const property = fc.property(randomItemsPlan(), anyLimit, (plan, limit) => {
      for (const { definition } of compileAt(plan, limit).machines) {
        const { isValid, errorsText } = validateAsl(JSON.parse(definition));
        expect(isValid, errorsText('\n')).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 10 });
  });

  it('compiles to machines that hold its order and no other', { timeout: 120_000 }, () => {
    const property = fc.property(randomItemsPlan(), anyLimit, (plan, limit) => {
      const compilation = compileAt(plan, limit);
      const records = allRecords(compilation);
      const firstOf = (end: number): number => records[end]!.foreach!.template![0]!.ordinal;
      const read = readMachines(compilation.machines, (ordinal) => records[ordinal]!.gate?.dependencies ?? [], firstOf);
      // its end waits for all that stands for its items
      const dependencies = records.map(({ dependencies: own, rule, foreach }) => [
        ...new Set([...own, ...(rule?.over ?? []), ...(foreach?.template ?? []).map(({ ordinal }) => ordinal)]),
      ]);
      checkStructure(
        dependencies,
        records.map(({ ordinal }) => 1 + (ordinal % 3)),
        read.structure!,
      );
      expect([...read.gated].sort()).toEqual(
        records
          .filter(({ gate }) => gate !== undefined)
          .map(({ ordinal }) => ordinal)
          .sort(),
      );
      for (const { ordinal, foreach, gate } of records) {
        if (foreach === undefined) continue;
        expect(gate, `the gate of the end ${ordinal}`).toBeUndefined();
        // in executions of their own they do the same
        expect(ordinalsOf(read.batches.get(ordinal))).toEqual(ordinalsIn(foreach.template!));
      }
    });
    fc.assert(property, { numRuns: 100 });
  });
});

describe('the records of a plan with foreach tasks', () => {
  it('have ordinals without gaps, and those of items name nothing that is not there with them', { timeout: 120_000 }, () => {
    const property = fc.property(randomItemsPlan(), anyLimit, (plan, limit) => {
      const compilation = compileAt(plan, limit);
      const records = allRecords(compilation);
      expect(records.map(({ ordinal }) => ordinal)).toEqual([...records.keys()]);
      const known = (ordinals: ReadonlySet<number>, tasks: readonly TaskRecord[]): void => {
        const here = new Set([...ordinals, ...tasks.map(({ ordinal }) => ordinal)]);
        for (const task of tasks) {
          expect(
            namedBy(task).filter((each) => !here.has(each)),
            task.id,
          ).toEqual([]);
          if (task.foreach === undefined) continue;
          const { size, template, batches } = task.foreach;
          expect(template).toHaveLength(size);
          expect(batches!.inline).toBeGreaterThan(0);
          expect(batches!.batch).toBeGreaterThanOrEqual(batches!.inline);
          known(here, template!);
        }
      };
      known(new Set(), compilation.spec.tasks);
    });
    fc.assert(property, { numRuns: 100 });
  });

  it('name each other from both sides', { timeout: 120_000 }, () => {
    const property = fc.property(randomItemsPlan(), anyLimit, (plan, limit) => {
      const { spec } = compileAt(plan, limit);
      expectBothSides(spec.tasks);
      const visit = (tasks: readonly TaskRecord[]): void => {
        for (const { foreach } of tasks) if (foreach?.template !== undefined) visit(foreach.template);
      };
      visit(spec.tasks);
    });
    fc.assert(property, { numRuns: 100 });
  });

  it('of items that are there are as if somebody had written them', { timeout: 120_000 }, () => {
    const counts = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 10 });
    const property = fc.property(randomItemsPlan(), anyLimit, counts, (plan, limit, drawn) => {
      const { spec } = compileAt(plan, limit);
      let whole = spec;
      for (let end = 0, begun = 0; end < whole.tasks.length && whole.tasks.length < 3_000; end++) {
        const { foreach } = whole.tasks[end]!;
        if (foreach?.template === undefined) continue;
        const expansion: Expansion = {
          task: end,
          execution: 1,
          first: whole.tasks.length,
          count: drawn[begun++ % drawn.length]!,
          size: foreach.size,
        };
        whole = withItems(whole, [expansion]);
      }
      expect(whole.tasks.map(({ ordinal }) => ordinal)).toEqual([...whole.tasks.keys()]);
      expect(new Set(whole.tasks.map(({ id }) => id)).size).toBe(whole.tasks.length);
      for (const task of whole.tasks)
        expect(
          namedBy(task).filter((each) => whole.tasks[each] === undefined),
          task.id,
        ).toEqual([]);
      expectBothSides(whole.tasks);
      for (const { id, item, ordinal } of whole.tasks) {
        if (item === undefined) continue;
        const { within } = whole.tasks[item.begin]!;
        const { id: foreachId, foreach } = whole.tasks[within!]!;
        const { first } = foreach!.items!;
        expect(Math.floor((ordinal - first) / foreach!.size), id).toBe(item.index);
        expect(`${id}/`.startsWith(`${foreachId}/${item.index}/`), `${id} in ${foreachId}`).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 100 });
  });
});

/** Of tasks that are all there. Not all that a task depends on names it: some of it follows from other dependencies. */
function expectBothSides(tasks: readonly TaskRecord[]): void {
  for (const { id, ordinal, dependents, opens, gate } of tasks) {
    for (const other of gate?.dependencies ?? []) {
      expect(tasks[other]!.opens, `${tasks[other]!.id} opens ${id}`).toContain(ordinal);
      expect(tasks[other]!.dependents, `${tasks[other]!.id} before ${id}`).toContain(ordinal);
    }
    for (const other of opens) expect(tasks[other]!.gate?.dependencies, `${id} opens ${tasks[other]!.id}`).toContain(ordinal);
    for (const other of dependents) expect(tasks[other]!.dependencies, `${id} before ${tasks[other]!.id}`).toContain(ordinal);
  }
}
