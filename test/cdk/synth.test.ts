import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BUNDLE_NAMES } from '../../lambdas/function-names.ts';

const ROOT = join(import.meta.dirname, '../..');
const GUARD = join(import.meta.dirname, 'refuse-network.ts');
const folder = mkdtempSync(join(tmpdir(), 'synth-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stderr: string;
}

/** Runs Node as on a machine that has no account and no network. */
function runNode(args: readonly string[], variables: Record<string, string> = {}): Promise<Outcome> {
  const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name)));
  // nor has it the files in which accounts are kept
  const env = { ...bare, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  const flags = ['--disable-warning=ExperimentalWarning', '--import', GUARD];
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, ...args], { cwd: ROOT, env }, (error, _, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stderr }),
    );
  });
}

function synthesize(out: string, context: Record<string, unknown> = {}): Promise<Outcome> {
  return runNode(['cdk/app.ts'], { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context) });
}

describe('a machine without account and network', () => {
  it('synthesizes the stack with all its functions', async () => {
    const out = join(folder, 'out');

    const { code, stderr } = await synthesize(out, { stackName: 'Mine' });

    expect({ code, stderr }).toMatchObject({ code: 0 });
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, { environment?: string }>;
    };
    expect(manifest.artifacts.Mine!.environment).toBe('aws://unknown-account/unknown-region');
    const bundles = readdirSync(out).filter((name) => name.startsWith('asset.'));
    expect(bundles).toHaveLength(BUNDLE_NAMES.length - 1); // clean-up is for stacks that are to leave nothing
    for (const each of bundles) expect(readFileSync(join(out, each, 'index.mjs'), 'utf8')).toContain('handler');
  });

  it('is told what is wrong with its context', async () => {
    const { code, stderr } = await synthesize(join(folder, 'wrong'), { maxParallelTasks: 'many' });

    expect(code).toBe(1);
    expect(stderr).toContain('the context is not right: maxParallelTasks');
  });

  it('would not get away with a call', async () => {
    const { code, stderr } = await runNode(['--eval', "fetch('https://sts.amazonaws.com').catch(() => {})"]);

    expect(stderr).toContain('the network was used');
    expect(code).toBe(97);
  });
});
