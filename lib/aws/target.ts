import * as z from 'zod/mini';
import { jsonText } from './json-text.ts';

/** The layer's endpoint may take tasks on and finish them later, by callback; states of such tasks wait under a token. */
const callbacks = z._default(z.boolean(), false);

/** Targets stand in templates, in variables and in errors. */
function namesNobody(url: string): boolean {
  const { username = '', password = '' } = URL.parse(url) ?? {};
  return username === '' && password === '';
}

/** What a target may look like, as text or in the context of a deployment. */
export const target = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('mock') }),
  z.strictObject({ type: z.literal('lambda'), arn: z.string().check(z.regex(/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:.+$/)), callbacks }),
  z
    .strictObject({
      type: z.literal('http'),
      url: z
        .url({ protocol: /^https$/ })
        .check(z.refine(namesNobody, 'a user or password in a URL is read by all who see it: use header and secret_arn')),
      /** The header that carries the secret. */
      header: z.optional(z.string().check(z.regex(/^[\w-]+$/))),
      secret_arn: z.optional(z.string().check(z.startsWith('arn:'))),
      callbacks,
    })
    .check(
      z.refine(({ header, secret_arn }) => (header === undefined) === (secret_arn === undefined), 'header and secret_arn belong together'),
    ),
]);

/** Who carries out the tasks of a layer. */
export type Target = z.infer<typeof target>;

/** A target as JSON text, which is how it stands in an environment variable. */
export const targetText = z.pipe(jsonText, target);
