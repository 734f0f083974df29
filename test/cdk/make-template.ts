import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FUNCTION_NAMES } from '../../cdk/constructs/function-names.ts';
import type { TaskOrchestratorProps } from '../../cdk/constructs/task-orchestrator-props.ts';
import { OrchestratorStack } from '../../cdk/orchestrator-stack.ts';

/** A stack whose functions have nothing in them. */
export function makeStack(props: Omit<TaskOrchestratorProps, 'bundles'> = {}, app = new App()): OrchestratorStack {
  return new OrchestratorStack(app, 'TaskOrchestrator', { orchestrator: { bundles: emptyBundles(), ...props } });
}

export function makeTemplate(props: Omit<TaskOrchestratorProps, 'bundles'> = {}): Template {
  return Template.fromStack(makeStack(props));
}

function emptyBundles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  for (const name of FUNCTION_NAMES) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = async () => {};\n');
  }
  return folder;
}
