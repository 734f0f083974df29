import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { withoutData } from '../lib/model/without-data.ts';
import { logger } from './powertools.ts';

/**
 * A custom resource of CloudFormation for which something is done only when it is deleted. CloudFormation waits for an answer, so
 * there always is one.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export function whenDeleted(act: (properties: Readonly<Record<string, unknown>>) => Promise<void>) {
  return async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const { StackId, RequestId, LogicalResourceId } = event;
    const PhysicalResourceId = event.RequestType === 'Create' ? LogicalResourceId : event.PhysicalResourceId;
    const outcome = event.RequestType === 'Delete' ? await outcomeOf(() => act(event.ResourceProperties)) : { Status: 'SUCCESS' };
    const answer = JSON.stringify({ StackId, RequestId, LogicalResourceId, PhysicalResourceId, ...outcome });
    // bytes: for text, fetch would send a content type, which the signed address does not allow
    const { ok, status } = await fetch(event.ResponseURL, { method: 'PUT', body: Buffer.from(answer) });
    if (!ok) throw new Error(`CloudFormation took the answer with ${status}`);
  };
}

async function outcomeOf(act: () => Promise<void>): Promise<{ Status: string; Reason?: string }> {
  try {
    await act();
    return { Status: 'SUCCESS' };
  } catch (error) {
    const kept = withoutData(error);
    logger.error('the resource was not deleted', kept);
    return { Status: 'FAILED', Reason: String(kept) };
  }
}
