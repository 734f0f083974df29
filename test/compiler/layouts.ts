import type { ForeachLayout, Layout, MapLayout, TaskLayout } from '../../lib/compiler/layout.ts';
import type { Structure } from '../../lib/compiler/structure/structure.ts';

// short-hand for trees

export const task = (ordinal: number, gate: number[] = []): Structure => ({ kind: 'task', task: ordinal, gate });
export const series = (...parts: Structure[]): Structure => ({ kind: 'series', parts });
export const parallel = (...parts: Structure[]): Structure => ({ kind: 'parallel', parts });

export const taskLayout = (ordinal: number, fields: Partial<TaskLayout> = {}): TaskLayout => ({
  kind: 'task',
  task: ordinal,
  gated: false,
  pooled: false,
  takesPlace: false,
  ...fields,
});
export const seriesLayout = (...parts: Layout[]): Layout => ({ kind: 'series', parts });
export const parallelLayout = (...parts: Layout[]): Layout => ({ kind: 'parallel', parts });
export const mapLayout = (items: number[][], body: Layout, fields: Partial<MapLayout> = {}): MapLayout => ({
  kind: 'map',
  items,
  body,
  levels: 1,
  ...fields,
});

/** A foreach over one task; its end is `end`. */
export const foreachLayout = (end: number, body: Layout, first: number): ForeachLayout => ({ kind: 'foreach', end, body, first });

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
