import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalService } from '../../lib/local-service.ts';
import { run } from '../e2e/emulator/processes.ts';
import { pythonEnvironment } from '../python-environment.ts';

/** A plan may be as its schema says and still make no sense: a cycle, an unknown dependency. */
const LEFT_OUT = 'positive_data_acceptance';

export interface Fuzzed {
  readonly requests: number;
  /** Kinds of failures, with the operations that have them, and errors of the server's own. */
  readonly failures: readonly string[];
}

/** Of `schemathesis run --report json`. */
interface SchemathesisReport {
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly { readonly code: string; readonly title: string; readonly operations: readonly unknown[] }[];
}

/**
 * Sends requests of all kinds, made up from the OpenAPI document that the server itself serves: whatever comes, no 5xx, no status, content
 * type or body that the document does not have.
 *
 * @param options of `schemathesis run`
 */
export async function fuzzApi(options: readonly string[]): Promise<Fuzzed> {
  const programs = await pythonEnvironment('schemathesis', join(import.meta.dirname, 'requirements.txt'));
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
  const failures: string[] = [];
  const service = new LocalService({
    dataDir: join(folder, 'data'),
    logger: { error: (message, error) => failures.push(`the server had an error: ${message}: ${String(error)}`) },
  });
  service.server.listen(0, '127.0.0.1');
  await once(service.server, 'listening');
  const { port } = service.server.address() as AddressInfo;
  const report = join(folder, 'report.json');
  const own = ['--exclude-checks', LEFT_OUT, '--warnings', 'off', '--no-color', '--report', 'json', '--report-json-path', report];
  try {
    await run(join(programs, 'schemathesis'), ['run', `http://127.0.0.1:${port}/openapi.json`, ...own, ...options], { cwd: folder });
  } catch (error) {
    failures.push(...(existsSync(report) ? failuresOf(report) : [String(error)]));
  } finally {
    service.close();
  }
  const requests = existsSync(report) ? readReport(report).test_cases.generated : 0;
  rmSync(folder, { recursive: true, force: true });
  return { requests, failures };
}

function readReport(path: string): SchemathesisReport {
  return JSON.parse(readFileSync(path, 'utf8')) as SchemathesisReport;
}

function failuresOf(path: string): string[] {
  const found = readReport(path).failures.map(({ code, title, operations }) => `${code} ${title}: ${JSON.stringify(operations)}`);
  return found.length > 0 ? found : ['schemathesis failed, and reports no failure'];
}
