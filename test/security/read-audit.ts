import { z } from 'zod';

const vulnerability = z.object({ name: z.string(), severity: z.string(), range: z.string() });
const report = z.object({ vulnerabilities: z.record(z.string(), vulnerability) });
const failure = z.object({
  message: z.string().optional(),
  error: z.object({ code: z.string().optional(), summary: z.string().optional() }),
});

/** What `npm audit --json` has found out. */
export type AuditOutcome =
  | { readonly kind: 'clean' }
  | { readonly kind: 'vulnerable'; readonly packages: readonly string[] }
  /** Nothing: that is not the same as clean. */
  | { readonly kind: 'unavailable'; readonly why: string };

const GRAVE = ['high', 'critical'];

/** Reads the report of `npm audit --json`; of what is less than grave nothing is said. https://docs.npmjs.com/cli/commands/npm-audit */
export function readAudit(stdout: string): AuditOutcome {
  const json = parse(stdout);
  const found = report.safeParse(json);
  if (!found.success) {
    const { message, error } = failure.safeParse(json).data ?? {};
    return { kind: 'unavailable', why: message || error?.summary || error?.code || 'npm gave no report' };
  }
  const grave = Object.values(found.data.vulnerabilities).filter(({ severity }) => GRAVE.includes(severity));
  if (grave.length === 0) return { kind: 'clean' };
  return { kind: 'vulnerable', packages: grave.map(({ name, severity, range }) => `${name} ${range} (${severity})`) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
