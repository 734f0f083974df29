import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { MAIN, NODE_FLAGS, scratch, writePlan } from './command-line.ts';

/** Tells on standard error what is loaded of the SDK. */
const TELL = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (/node_modules.(@aws-sdk|@smithy)/.test(url)) process.stderr.write(url + '\\n');
      return next(url, context);
    },
  });
`)}`;

it.each([
  ['checking a plan', ['validate', 'plan.json']],
  ['compiling a plan', ['compile', 'plan.json']],
  ['running a plan', ['run', 'plan.json', '--simulate']],
  ['a mistake in what a deployment is asked', ['run', 'plan.json', '--stack', 's', '--context', 'nowhere.json']],
])('%s loads nothing of the SDK', (_, args) => {
  const folder = scratch();
  writePlan(folder, { tasks: [{ task_id: 'a' }] });

  const { stderr } = spawnSync(process.execPath, [...NODE_FLAGS, '--import', TELL, MAIN, ...args], { cwd: folder, encoding: 'utf8' });

  expect(stderr).not.toMatch(/node_modules/);
});
