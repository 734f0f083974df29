/** What carries out tasks: the built-in mock, a Lambda, or an HTTPS endpoint. */
export type ExecutorTarget =
  | { readonly type: 'mock' }
  | {
      readonly type: 'lambda';
      readonly arn: string;
      /** It may answer `{accepted: true}` and report later, by `POST /callbacks/{id}`. Default false. */
      readonly callbacks?: boolean | undefined;
    }
  | {
      readonly type: 'http';
      readonly url: string;
      /** The request header that gets the secret's value. */
      readonly header?: string | undefined;
      /** Of the whole secret, with its six random characters. */
      readonly secret_arn?: string | undefined;
      /** It may answer 202 and report later, by `POST /callbacks/{id}`. Default false. */
      readonly callbacks?: boolean | undefined;
    };
