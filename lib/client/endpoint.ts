import { EndpointError } from './errors.ts';

/** The address of an API, to which paths are appended. @throws EndpointError */
export function readEndpoint(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new EndpointError(`${shown(text)} is not an http(s) URL`);
  if (url.username !== '' || url.password !== '') throw new EndpointError('an endpoint has no user or password in it');
  if (url.search !== '' || url.hash !== '') throw new EndpointError(`${url.origin}${url.pathname}: an endpoint has no ? and no #`);
  return url;
}

/** What is no URL may still hold a password. */
function shown(text: string): string {
  return JSON.stringify(text.replace(/\/\/[^/]*@/, '//'));
}
