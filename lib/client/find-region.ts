import { SigningError } from './errors.ts';

const EXECUTE_API_HOST = /\.execute-api\.(?<region>[a-z0-9-]+)\./;

/** Where an API is: by the name of its host, else as AWS_REGION or the profile says. @throws SigningError */
export async function findRegion({ hostname }: URL): Promise<string> {
  const { region } = EXECUTE_API_HOST.exec(hostname)?.groups ?? {};
  if (region !== undefined) return region;
  const { loadConfig, NODE_REGION_CONFIG_OPTIONS, NODE_REGION_CONFIG_FILE_OPTIONS } = await import('@smithy/core/config');
  try {
    return await loadConfig(NODE_REGION_CONFIG_OPTIONS, NODE_REGION_CONFIG_FILE_OPTIONS)();
  } catch (error) {
    throw new SigningError(`the region of ${hostname} is not known: set AWS_REGION`, { cause: error });
  }
}
