import { expect, it } from 'vitest';
import { readAudit } from './read-audit.ts';

const reportOf = (...severities: readonly string[]) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(
      severities.map((severity, i) => [
        `p${i}`,
        { name: `p${i}`, severity, isDirect: true, via: [], effects: [], range: '<2.0.0', nodes: [] },
      ]),
    ),
    metadata: { vulnerabilities: { total: severities.length } },
  });

it.each([reportOf(), reportOf('info', 'low', 'moderate')])('is clean without anything grave (%#)', (report) => {
  expect(readAudit(report)).toEqual({ kind: 'clean' });
});

it('names what is grave', () => {
  expect(readAudit(reportOf('low', 'high', 'critical'))).toEqual({
    kind: 'vulnerable',
    packages: ['p1 <2.0.0 (high)', 'p2 <2.0.0 (critical)'],
  });
});

it.each([
  ['{"message":"405 Method Not Allowed","method":"POST","error":{"summary":"","detail":""}}', '405 Method Not Allowed'],
  ['{"error":{"code":"ENOLOCK","summary":"","detail":""}}', 'ENOLOCK'],
  ['{}', 'npm gave no report'],
  ['', 'npm gave no report'],
  ['npm error', 'npm gave no report'],
])('is not clean without a report: %s', (stdout, why) => {
  expect(readAudit(stdout)).toEqual({ kind: 'unavailable', why });
});
