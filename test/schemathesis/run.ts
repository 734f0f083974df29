import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalService } from '../../lib/local-service.ts';
import { run } from '../e2e/emulator/processes.ts';
import { pythonEnvironment } from '../python-environment.ts';

/*
 * Requests of all kinds, made up from the OpenAPI document that the server itself serves: whatever comes, no 5xx, no status, content
 * type or body that the document does not have.
 *
 *   node test/schemathesis/run.ts [options of `schemathesis run` …]
 */

/** A plan may be as its schema says and still make no sense: a cycle, an unknown dependency. */
const LEFT_OUT = 'positive_data_acceptance';

const programs = await pythonEnvironment('schemathesis', join(import.meta.dirname, 'requirements.txt'));
const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
const errors: unknown[] = [];
const service = new LocalService({ dataDir: join(folder, 'data'), logger: { error: (_, error) => errors.push(error) } });
service.server.listen(0, '127.0.0.1');
await once(service.server, 'listening');
const { port } = service.server.address() as AddressInfo;
try {
  const given = process.argv.slice(2);
  const options = given.length > 0 ? given : ['--max-examples', '40'];
  await run(
    join(programs, 'schemathesis'),
    ['run', `http://127.0.0.1:${port}/openapi.json`, '--exclude-checks', LEFT_OUT, '--warnings', 'off', '--no-color', ...options],
    { cwd: folder },
  );
  if (errors.length > 0) throw new AggregateError(errors, 'the server had errors of its own');
} finally {
  service.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(); // runs that are under way must not keep it
