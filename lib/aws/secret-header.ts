import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** How long a secret is used before it is read anew: as long as a rotated one may go on being sent. */
const KEPT_MS = 5 * 60 * 1000;

export interface SecretHeaderOptions {
  readonly client: SecretsManagerClient;
  readonly header: string;
  readonly secretArn: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A header whose value is a secret's text. Read when it is first needed; a failed read is tried again the next time. */
export function secretHeader({ client, header, secretArn, now }: SecretHeaderOptions): () => Promise<Record<string, string>> {
  let kept: { readonly value: string; readonly readAt: number } | undefined;
  return async () => {
    if (kept === undefined || now() - kept.readAt >= KEPT_MS) {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
      if (SecretString === undefined) throw new TypeError(`the secret ${secretArn} is not text`);
      kept = { value: SecretString, readAt: now() };
    }
    return { [header]: kept.value };
  };
}
