import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import type { TaskOrchestratorProps } from '../../cdk/constructs/task-orchestrator-props.ts';
import { OrchestratorStack } from '../../cdk/orchestrator-stack.ts';
import { BUNDLE_NAMES } from '../../lambdas/function-names.ts';

export type Props = Omit<TaskOrchestratorProps, 'bundles'>;

/** Bundles whose functions have nothing in them. */
export const EMPTY_BUNDLES = emptyBundles();

export function makeStack(props: Props = {}, app = new App()): OrchestratorStack {
  return new OrchestratorStack(app, 'TaskOrchestrator', { orchestrator: { bundles: EMPTY_BUNDLES, ...props } });
}

export function makeTemplate(props: Props = {}): Template {
  return Template.fromStack(makeStack(props));
}

function emptyBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of BUNDLE_NAMES) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = async () => {};\n');
  }
  return folder;
}
