import { describe, expect, test } from 'vitest';
import { deleteUnusedMachines, type UnusedMachinesOptions } from '../../lib/aws/delete-unused-machines.ts';
import { DAY_MS, machineWorld, NOW_MS, ROLE } from './machine-world.ts';
import { awsError } from './scripted-calls.ts';

type World = ReturnType<typeof machineWorld>;

/** Machines that nobody has used for ten days. */
function tidy({ client }: World, options: Partial<UnusedMachinesOptions> = {}): Promise<number> {
  const sinceMs = NOW_MS - 10 * DAY_MS;
  return deleteUnusedMachines({ client, roleArn: ROLE, sinceMs, mayGoOn: () => true, random: () => 0.5, ...options });
}

const PART = `task-orchestrator-part-${'0'.repeat(32)}`;
const INNER = `task-orchestrator-part-${'1'.repeat(32)}`;
const OLD = { madeDaysAgo: 50, usedDaysAgo: 20 };

describe('a machine', () => {
  test.each([
    ['that was last used before', OLD],
    ['that was never used and made before', { madeDaysAgo: 11 }],
  ])('%s is deleted', async (_, machine) => {
    const world = machineWorld({ 'task-orchestrator-a': machine });

    expect(await tidy(world)).toBe(1);

    expect(world.left()).toEqual([]);
  });

  test.each([
    ['that was used since', { madeDaysAgo: 50, usedDaysAgo: 9 }],
    ['that runs', { madeDaysAgo: 50, usedDaysAgo: 40, runs: true }],
    ['that was made since', { madeDaysAgo: 9 }],
    ['of another deployment', { ...OLD, roleArn: 'arn:aws:iam::123456789012:role/theirs' }],
  ])('%s stays', async (_, machine) => {
    const world = machineWorld({ 'task-orchestrator-a': machine });

    expect(await tidy(world)).toBe(0);

    expect(world.left()).toEqual(['task-orchestrator-a']);
  });

  test('of another name is not looked at', async () => {
    const world = machineWorld({ mine: OLD });

    expect(await tidy(world)).toBe(0);

    expect(world.calls).toEqual(['ListStateMachines']);
  });

  test('that was made since costs no call of its own', async () => {
    const world = machineWorld({ 'task-orchestrator-a': { madeDaysAgo: 9 } });

    await tidy(world);

    expect(world.calls).toEqual(['ListStateMachines']);
  });

  test('that somebody else deletes meanwhile is no concern', async () => {
    const machines = { 'task-orchestrator-a': OLD, 'task-orchestrator-b': OLD };
    const world = machineWorld(machines, (call, name) => {
      if (call === 'DescribeStateMachine' && name === 'task-orchestrator-a') Reflect.deleteProperty(machines, name);
    });

    expect(await tidy(world)).toBe(1);

    expect(world.left()).toEqual([]);
  });
});

describe('a part', () => {
  test('that no machine starts is deleted', async () => {
    const world = machineWorld({ [PART]: OLD });

    expect(await tidy(world)).toBe(1);

    expect(world.left()).toEqual([]);
  });

  test('goes with the machine that starts it', async () => {
    const world = machineWorld({ [PART]: OLD, 'task-orchestrator-a': { ...OLD, starts: [PART] } });

    expect(await tidy(world)).toBe(2);

    expect(world.left()).toEqual([]);
  });

  test.each([
    ['runs: its run may still come to it', { madeDaysAgo: 50, usedDaysAgo: 1, runs: true, starts: [PART] }],
    ['is kept', { madeDaysAgo: 50, usedDaysAgo: 9, starts: [PART] }],
    ['is new', { madeDaysAgo: 0, starts: [PART] }],
  ])('stays where a machine that starts it %s', async (_, starting) => {
    const world = machineWorld({ [PART]: OLD, 'task-orchestrator-a': starting });

    expect(await tidy(world)).toBe(0);

    expect(world.left()).toHaveLength(2);
  });

  test('stays where a machine that starts it is made while others are looked at', async () => {
    const machines: Parameters<typeof machineWorld>[0] = { [PART]: OLD, 'task-orchestrator-a': { madeDaysAgo: 0 } };
    const world = machineWorld(machines, (call, name) => {
      if (call === 'DescribeStateMachine' && name === 'task-orchestrator-a')
        machines['task-orchestrator-b'] ??= { madeDaysAgo: 0, starts: [PART] };
    });

    expect(await tidy(world)).toBe(0);

    expect(world.left()).toContain(PART);
  });

  test('of a part goes the time after it', async () => {
    const world = machineWorld({ [INNER]: OLD, [PART]: { ...OLD, starts: [INNER] } });

    expect(await tidy(world)).toBe(1);
    expect(world.left()).toEqual([INNER]);
    expect(await tidy(world)).toBe(1);

    expect(world.left()).toEqual([]);
  });

  test('stays where there is no time to look at what starts it', async () => {
    const world = machineWorld({ [PART]: OLD, 'task-orchestrator-a': { madeDaysAgo: 0 } });
    let asked = 0;

    expect(await tidy(world, { mayGoOn: () => ++asked <= 2 })).toBe(0);

    expect(world.left()).toContain(PART);
  });
});

describe('what is not done now is for the next time', () => {
  const three = () => ({ 'task-orchestrator-a': OLD, 'task-orchestrator-b': OLD, 'task-orchestrator-c': OLD });

  test('when the time is up', async () => {
    const world = machineWorld(three());
    let asked = 0;

    expect(await tidy(world, { mayGoOn: () => ++asked <= 2 })).toBe(2);

    expect(world.left()).toEqual(['task-orchestrator-c']);
  });

  test('when Step Functions takes no more calls', async () => {
    const world = machineWorld(three(), (call, name) => {
      if (call === 'ListExecutions' && name === 'task-orchestrator-b') throw awsError('ThrottlingException');
    });

    expect(await tidy(world)).toBe(1);

    expect(world.left()).toEqual(['task-orchestrator-b', 'task-orchestrator-c']);
  });

  test('in an order that is another each time', async () => {
    const places = [0.9, 0.1, 0.5];
    const world = machineWorld(three());

    await tidy(world, { random: () => places.shift()! });

    expect(world.calls.filter((call) => call.startsWith('Delete'))).toEqual(
      ['b', 'c', 'a'].map((name) => `DeleteStateMachine task-orchestrator-${name}`),
    );
  });
});

test('what Step Functions refuses is passed on', async () => {
  const denied = awsError('AccessDeniedException');
  const world = machineWorld({ 'task-orchestrator-a': OLD }, (call) => {
    if (call === 'DeleteStateMachine') throw denied;
  });

  await expect(tidy(world)).rejects.toBe(denied);
});
