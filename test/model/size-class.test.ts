import { describe, expect, it } from 'vitest';
import { largestOf, mbOfCores, requiredMb, smallestWith } from '../../lib/model/size-class.ts';

const NOTHING = { memory_mb: null, cpu_cores: null };
const small = { name: 'small', memoryMb: 512 };
const middle = { name: 'middle', memoryMb: 1769 };
const large = { name: 'large', memoryMb: 4096 };
const CLASSES = [middle, large, small];

describe('cores', () => {
  it.each([
    [0, 0],
    [0.5, 885],
    [1, 1769],
    [5.78, 10_225],
    [5.79, 10_240],
    [6, 10_240],
    [6.01, 10_632],
  ])('%d come with %d MB', (cores, mb) => {
    expect(mbOfCores(cores)).toBe(mb);
  });
});

describe('what a task needs', () => {
  it.each([
    ['nothing where it does not say', null, 0],
    ['nothing where it says nothing', NOTHING, 0],
    ['its memory', { ...NOTHING, memory_mb: 700.5 }, 700.5],
    ['the memory that comes with its cores', { ...NOTHING, cpu_cores: 2 }, 3538],
    ['the larger of both', { memory_mb: 4000, cpu_cores: 2 }, 4000],
  ])('is %s', (_, resources, mb) => {
    expect(requiredMb(resources)).toBe(mb);
  });
});

describe('the class of a task', () => {
  it.each([
    [0, small],
    [512, small],
    [512.5, middle],
    [1769, middle],
    [1770, large],
    [4096, large],
    [4097, undefined],
  ])('that needs %d MB is the smallest that has it', (mb, expected) => {
    expect(smallestWith(CLASSES, mb)).toBe(expected);
  });

  it('is never larger than the largest', () => {
    expect(largestOf(CLASSES)).toBe(large);
  });
});
