import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIN, NODE_FLAGS, scratch, writePlan } from './cli/command-line.ts';
import { simulate } from './simulate.ts';

const ROOT = join(import.meta.dirname, '..');

function textOf(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8');
}

/** The first plan that a document shows. */
function planIn(document: string): object {
  return JSON.parse(/```json\n(.*?)```/s.exec(textOf(document))![1]!) as object;
}

/** What README has run by the command line, on this machine. */
const COMMANDS = [...textOf('README.md').matchAll(/npm run -s cli -- ([^`\n]+)/g)]
  .map(([, args]) => args!)
  .filter((args) => args !== 'COMMAND' && !args.includes('--stack'));

describe('the first plan of a document', () => {
  it.each(['README.md', 'docs/compound.md', 'docs/deciding.md', 'docs/foreach.md'])('runs as it stands: %s', async (document) => {
    const { result, error } = await simulate(planIn(document), { context: { url: 'https://example.org' } as never });

    expect(error).toBeUndefined();
    expect(result?.status).toBe('completed');
  });
});

describe('the command lines of README', () => {
  it('are found', () => {
    expect(COMMANDS).toEqual([expect.stringMatching(/^run examples/), expect.stringMatching(/^run plan\.json --context/)]);
  });

  it.each(COMMANDS)('run as they stand: %s', (args) => {
    const cwd = scratch();
    symlinkSync(join(ROOT, 'examples'), join(cwd, 'examples'));
    writePlan(cwd, planIn('README.md'));

    const { status, stderr, stdout } = spawnSync('sh', ['-c', `"$0" ${NODE_FLAGS.join(' ')} "$1" ${args}`, process.execPath, MAIN], {
      cwd,
      encoding: 'utf8',
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('completed');
  });
});
