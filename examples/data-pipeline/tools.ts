import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inProcessTools, type TaskOrchestratorOptions } from '../../lib/index.ts';

export interface PipelinePlaces {
  /** Has a file `DAY.csv` for each day. */
  readonly orders: string;
  /** Files between two steps: there only while the run needs them. */
  readonly staging: string;
  readonly warehouse: DatabaseSync;
}

interface Order {
  readonly customer: string;
  readonly cents: number;
}

/** A table of what has been published, and one of what is loaded and not yet published. */
export function openWarehouse(path: string): DatabaseSync {
  const warehouse = new DatabaseSync(path);
  warehouse.exec(`
    CREATE TABLE revenue (day TEXT, customer TEXT, cents INTEGER, PRIMARY KEY (day, customer));
    CREATE TABLE loaded (day TEXT, customer TEXT, cents INTEGER, PRIMARY KEY (day, customer));`);
  return warehouse;
}

/** The plan's tools in this process. Each may be repeated: the second time comes to the same. */
export function pipelineTools({ orders, staging, warehouse }: PipelinePlaces): Pick<TaskOrchestratorOptions, 'toolExecutor'> {
  const write = (name: string, content: unknown): void => {
    mkdirSync(staging, { recursive: true });
    writeFileSync(join(staging, name), JSON.stringify(content));
  };
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(staging, name), 'utf8')) as T;

  const toolExecutor = inProcessTools({
    list_partitions: () => ({
      partitions: readdirSync(orders)
        .sort()
        .map((file) => ({ day: basename(file, '.csv') })),
    }),
    validate_orders: ({ day }) => {
      const [header, ...lines] = readFileSync(join(orders, `${day}.csv`), 'utf8')
        .trim()
        .split('\n');
      if (header !== 'order,customer,amount') throw new Error(`the orders of ${day} have the columns ${header}`);
      const good = lines.flatMap((line) => readOrder(line) ?? []);
      write(`orders-${day}.json`, good);
      return { rows: lines.length, rejected: lines.length - good.length };
    },
    sum_by_customer: ({ day }) => {
      const sums = new Map<string, number>();
      for (const { customer, cents } of read<Order[]>(`orders-${day}.json`)) sums.set(customer, (sums.get(customer) ?? 0) + cents);
      write(`sums-${day}.json`, [...sums]);
      return { customers: sums.size };
    },
    load_revenue: ({ day }) => {
      const insert = warehouse.prepare('INSERT OR REPLACE INTO loaded (day, customer, cents) VALUES (?, ?, ?)');
      const sums = read<[string, number][]>(`sums-${day}.json`);
      for (const [customer, cents] of sums) insert.run(day as string, customer, cents);
      return { loaded: sums.length };
    },
    measure_quality: ({ partitions }) => {
      const all = partitions as unknown as { rows: number; rejected: number }[];
      const sum = (field: 'rows' | 'rejected'): number => all.reduce((total, each) => total + each[field], 0);
      return { rejected_ratio: sum('rejected') / sum('rows') };
    },
    publish_revenue: () => {
      warehouse.exec('INSERT OR REPLACE INTO revenue SELECT * FROM loaded; DELETE FROM loaded;');
      return null;
    },
    drop_loaded: () => {
      warehouse.exec('DELETE FROM loaded');
      return null;
    },
    remove_staging: () => {
      rmSync(staging, { recursive: true, force: true });
      return null;
    },
  });
  return { toolExecutor };
}

function readOrder(line: string): Order | undefined {
  const [, customer = '', amount = ''] = line.split(',');
  if (customer === '' || !/^\d+\.\d\d$/.test(amount)) return undefined;
  return { customer, cents: Math.round(Number(amount) * 100) };
}
