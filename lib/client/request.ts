import { RequestError } from './errors.ts';

/** What one method of the API is asked. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Steps of the path, not encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The same as it goes over the wire. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Headers that say who asks. */
export type Authorize = (request: OutgoingRequest) => Promise<Readonly<Record<string, string>>>;

/** @throws RequestError for what no URL or header can have in it */
export function writeRequest(endpoint: URL, { method, path, query = {}, headers = {}, body }: ApiCall): OutgoingRequest {
  const url = new URL(endpoint);
  const pathname = `${endpoint.pathname.replace(/\/$/, '')}/${path.map(encode).join('/')}`;
  url.pathname = pathname;
  if (url.pathname !== pathname) throw new RequestError(`${JSON.stringify(path.at(-1))} cannot be part of a URL`); // `.` and `..`
  for (const [name, value] of Object.entries(headers))
    if (!isHeaderValue(value)) throw new RequestError(`${name} has characters that no header can have`);
  url.search = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encode(name)}=${encode(String(value))}`)
    .join('&');
  const content = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    method,
    url,
    headers: { accept: 'application/json', ...content, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

/** Printable ASCII comes through any proxy as it is. */
export function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Leaves unreserved characters only (RFC 3986): signatures are made of the URL as it is sent. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
