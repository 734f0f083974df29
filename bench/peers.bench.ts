import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { buildWorkers } from './measure/build-workers.ts';
import { goalTable } from './measure/goal-table.ts';
import { FLOOR_MODULES, loadContestant, OUR_MODULES } from './measure/module-urls.ts';
import { QUICK, runRounds, THOROUGH } from './measure/rounds.ts';
import { ratioTable, type ScoreRow, scoreTable } from './measure/score-table.ts';

/**
 * This project and others on the same graphs, in turns: `npm run bench:peers [-- --quick]`. Installs the others into bench/peers first.
 *
 * Left out is what npm alone does not bring: DBOS wants PostgreSQL, Temporal and Prefect their own servers (Go, Python).
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const PEERS = ['aws-durable', 'restate', 'aws-local-stepfunctions', 'p-graph'];

async function installPeers(): Promise<void> {
  process.stderr.write('npm ci in bench/peers\n');
  try {
    await promisify(execFile)('npm', ['ci'], { cwd: fileURLToPath(new URL('./peers', import.meta.url)) });
  } catch (error) {
    console.log(`The peers could not be installed: ${error instanceof Error ? error.message : error}\n`);
  }
}

await installPeers();
const peers = PEERS.map((name) => new URL(`./peers/contestants/${name}.ts`, import.meta.url).href);
const built = await buildWorkers([...OUR_MODULES, ...peers, ...FLOOR_MODULES]);
const contestants = new Map<string, { url: string; survives: ScoreRow['survives'] }>();
for (const url of built.contestants) {
  try {
    const { name, survives } = await loadContestant(url);
    contestants.set(name, { url, survives });
  } catch (error) {
    console.log(`${url.split('/').at(-1)} is left out: ${firstLine(error)}`);
  }
}

const modules = new Map([...contestants].map(([name, { url }]) => [name, url]));
const scores = await runRounds(built.worker, modules, values.quick ? QUICK : THOROUGH);
const rows: ScoreRow[] = [];
for (const [name, score] of scores) {
  if (score instanceof Error) console.log(`${name} is left out: ${firstLine(score)}`);
  else rows.push({ name, survives: contestants.get(name)!.survives, score });
}
const [ours, ...others] = rows;
console.log(scoreTable(rows));
if (ours !== undefined) console.log(`\n${ratioTable(ours.score, others)}\n\n${goalTable(ours.score, others)}`);
console.log(`\nNode ${process.version}, load ${loadavg()[0]!.toFixed(1)}`);

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!;
}
