import type { TestProject } from 'vitest/node';
import { missingTools, startDynamoDbLocal } from './start-dynamodb-local.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** null: the tests that need DynamoDB Local are skipped. */
    dynamoDbEndpoint: string | null;
  }
}

/** One DynamoDB Local for all test files. Without a JDK or Maven the tests are skipped, but never in CI. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const missing = missingTools();
  if (missing.length > 0) {
    const notice = `DynamoDB Local needs ${missing.join(' and ')}, not found`;
    if (process.env.CI === 'true') throw new Error(notice);
    console.warn(`SKIPPED: the tests on a real DynamoDB protocol server. ${notice}.`);
    project.provide('dynamoDbEndpoint', null);
    return undefined;
  }
  const server = await startDynamoDbLocal();
  project.provide('dynamoDbEndpoint', server.endpoint);
  return () => server.stop();
}
