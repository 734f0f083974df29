import { Command, InvalidArgumentError, Option } from 'commander';
import { compileCommand } from './compile-command.ts';
import { addControls } from './controls-program.ts';
import { DEFAULT_DATA_DIR } from './data-dir.ts';
import { addDeploymentOptions } from './deployment-flags.ts';
import { EXIT } from './exit-codes.ts';
import { explainError } from './explain-error.ts';
import { plansCommand } from './plans-command.ts';
import { poolsCommand } from './pools-command.ts';
import { programVersion } from './program-name.ts';
import { pruneCommand } from './prune-command.ts';
import { runCommand } from './run-command.ts';
import { serveCommand } from './serve-command.ts';
import { statusCommand } from './status-command.ts';
import { validateCommand } from './validate-command.ts';

const MAX_DAYS = 36_500;

/**
 * Runs one command line and gives its exit code: 0 completed, 1 tasks failed or the run was stopped, 2 invalid plan or usage, 3 internal
 * error, 4 it was waited long enough, 130 Ctrl-C.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.completed;
  const program = new Command('task-orchestrator')
    .description('Compiles execution plans into AWS Step Functions state machines and runs them.')
    .version(programVersion())
    .exitOverride()
    .configureOutput({ outputError: () => {} }) // explainError says it
    .showHelpAfterError(false);
  const does =
    <T extends unknown[]>(command: (...args: T) => number | Promise<number>) =>
    async (...args: T): Promise<void> => {
      exitCode = await command(...args);
    };

  program
    .command('validate')
    .description('check a plan and list all that is wrong with it')
    .argument('<plan>', 'a JSON file, or - for standard input')
    .option('--data-dir <dir>', 'where the plans and pools are that it may name', DEFAULT_DATA_DIR)
    .option('--json', 'print {valid, problems}')
    .action(does(validateCommand));
  const compile = program
    .command('compile')
    .description('compile a plan and report what it comes to')
    .argument('<plan>', 'a JSON file, or - for standard input')
    .option('--max-parallel <n>', 'at most n tasks at once', wholeNumber)
    .option('--data-dir <dir>', 'where the plans and pools are that it may name', DEFAULT_DATA_DIR)
    .option('--asl <file>', "write the state machine's definition (a file for each, if there are several)")
    .option('--json', 'print the report as JSON')
    .action(does(compileCommand));
  addDeploymentOptions(compile, ['asl', 'dataDir']);
  const run = program
    .command('run')
    .description('run a plan, on this machine or on a deployment')
    .argument('<plan>', 'a JSON file, or - for standard input')
    .option('--data-dir <dir>', 'where runs are kept', DEFAULT_DATA_DIR)
    .option('--context <json>', 'a JSON object that {{context.…}} reads, or a file that holds one')
    .option('--max-parallel <n>', 'at most n tasks at once', wholeNumber)
    .option('--events <file>', 'write every change of status, one JSON object a line')
    .option('--simulate', 'on a virtual clock, with mock executors: takes no time and leaves nothing behind')
    .option('--json', 'print the result as JSON')
    .action(does(runCommand));
  addDeploymentOptions(run, ['dataDir', 'simulate']);
  run.addOption(new Option('--idempotency-key <key>', 'the same key again is the same run').conflicts('simulate'));
  for (const command of addControls(program, does)) addDeploymentOptions(command, ['dataDir']);
  const status = program
    .command('status')
    .description('list the runs, or show one with its tasks')
    .argument('[run]', 'a run id')
    .option('--data-dir <dir>', 'where runs are kept', DEFAULT_DATA_DIR)
    .option('--json', 'print JSON')
    .action(does(statusCommand));
  addDeploymentOptions(status, ['dataDir']);
  const pools = program
    .command('pools')
    .description('list the pools that all runs share, or set the limit of one')
    .argument('[name]', 'a pool')
    .argument('[limit]', 'at most so many tasks of all runs at once', wholeNumber)
    .option('--data-dir <dir>', 'where runs are kept', DEFAULT_DATA_DIR)
    .option('--json', 'print JSON')
    .action(does(poolsCommand));
  addDeploymentOptions(pools, ['dataDir']);
  const plans = program
    .command('plans')
    .description('list the plans that others may name in plan_ref, keep one by a name, or remove one')
    .argument('[name]', 'what it is called')
    .argument('[plan]', 'a JSON file, or - for standard input')
    .option('--remove', 'keep the plan of that name no longer')
    .option('--data-dir <dir>', 'where runs are kept', DEFAULT_DATA_DIR)
    .option('--json', 'print JSON')
    .action(does(plansCommand));
  addDeploymentOptions(plans, ['dataDir']);
  program
    .command('prune')
    .description('remove runs that ended some days ago, with all that is kept of them')
    .requiredOption('--older-than <days>', 'how long runs are kept after their end; 0: not at all', days)
    .option('--data-dir <dir>', 'where runs are kept', DEFAULT_DATA_DIR)
    .option('--json', 'print {removed}')
    .action(does(pruneCommand));
  program
    .command('serve')
    .description('serve the HTTP API on this machine, with the runs of a folder')
    .option('--port <n>', 'where to listen on 127.0.0.1; 0: any free port', portNumber, 8080)
    .option('--data-dir <dir>', 'where runs are kept', DEFAULT_DATA_DIR)
    .option('--max-parallel <n>', 'at most n tasks of a run at once', wholeNumber)
    .action(does(serveCommand));

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explainError(error, { json: args.includes('--json') });
  }
}

function days(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= MAX_DAYS))
    throw new InvalidArgumentError(`It must be a number from 0 to ${MAX_DAYS}.`);
  return number;
}

function portNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('It must be a port.');
  return number;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}
