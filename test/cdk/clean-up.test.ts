import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../lambdas/function-names.ts';
import { makeTemplate } from './make-template.ts';

const TYPE = 'Custom::CleanUp';

describe('the cleaning up', () => {
  const template = makeTemplate({ removalPolicy: RemovalPolicy.DESTROY });
  const [cleanUp, ...others] = Object.keys(template.findResources(TYPE));

  it('is part of a deployment that leaves nothing', () => {
    expect(others).toEqual([]);
    template.hasResourceProperties(TYPE, { MachineNamePrefix: 'task-orchestrator-' });
  });

  it('is no part of one that keeps its data', () => {
    makeTemplate().resourceCountIs(TYPE, 0);
  });

  it('comes after all functions are gone: what depends on a resource is deleted before it', () => {
    const running = Object.values(template.findResources('AWS::Lambda::Function')).filter(({ DependsOn = [] }) =>
      DependsOn.includes(cleanUp),
    );

    expect(running.map(({ Properties }) => Properties.Description).sort()).toEqual(
      FUNCTION_NAMES.map((name) => `TaskOrchestrator ${name}`).sort(),
    );
  });

  it('is done before its function loses its permissions', () => {
    const [cleaning] = Object.values(
      template.findResources('AWS::Lambda::Function', { Properties: { Description: 'TaskOrchestrator clean-up' } }),
    );

    expect(cleaning!.DependsOn).toContainEqual(expect.stringContaining('CleanUpFunctionRoleDefaultPolicy'));
  });

  it('lets no function leave a log group behind', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(Properties.LoggingConfig.LogGroup).toMatchObject({ Ref: expect.any(String) });
    }
  });
});
