import { type Command, InvalidArgumentError, Option } from 'commander';
import { MAX_RETRIES } from '../model/plan.ts';
import { cancelCommand } from './cancel-command.ts';
import { DEFAULT_DATA_DIR } from './data-dir.ts';
import { pauseCommand } from './pause-command.ts';
import { resumeCommand } from './resume-command.ts';
import { retryCommand } from './retry-command.ts';
import { waitCommand } from './wait-command.ts';

type Does = <T extends unknown[]>(command: (...args: T) => number | Promise<number>) => (...args: T) => Promise<void>;

/** The commands that stop runs and let them go on. */
export function addControls(program: Command, does: Does): Command[] {
  const control = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<run>', 'a run id')
      .option('--data-dir <dir>', 'where runs are kept', DEFAULT_DATA_DIR)
      .option('--json', 'print JSON');
  return [
    control('cancel', 'end a run: nothing more starts, what runs is aborted').action(does(cancelCommand)),
    control('pause', 'let no more tasks of a run start, and wait for those that run')
      .option('--no-wait', 'do not wait for the tasks that run')
      .action(does(pauseCommand)),
    control('resume', 'let a run go on that was paused or interrupted; on this machine to its end')
      .addOption(events())
      .action(does(resumeCommand)),
    control('retry', 'run the tasks of a run again that have not completed; on this machine to its end')
      .option('--plan <file>', 'a changed plan: what it has changed, and all behind that, runs again too')
      .option('--max-retries <n>', 'how often each task may be retried from now on', retries)
      .option('--dry-run', 'say only what that would come to')
      .addOption(events().conflicts('dryRun'))
      .action(does(retryCommand)),
    control('wait', 'wait until a run has ended or is paused')
      .option('--timeout <sec>', 'seconds, at the most', seconds)
      .action(does(waitCommand)),
  ];
}

/** A deployment answers at once: there a run's events are asked for by other means. */
function events(): Option {
  return new Option('--events <file>', 'write every change of status from now on, one JSON object a line').conflicts(['endpoint', 'stack']);
}

function retries(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < 0 || number > MAX_RETRIES) {
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${MAX_RETRIES}.`);
  }
  return number;
}

function seconds(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0)) throw new InvalidArgumentError('It must be a number of seconds.');
  return number;
}
