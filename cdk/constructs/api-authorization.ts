/** Who may call the API. */
export type ApiAuthorization =
  /** Requests signed by a principal that may `execute-api:Invoke`. */
  | { readonly type: 'iam' }
  /** Bearer tokens of an OpenID Connect issuer. */
  | { readonly type: 'jwt'; readonly issuer: string; readonly audience: readonly string[] }
  /** Everybody. For emulators only. */
  | { readonly type: 'none' };
