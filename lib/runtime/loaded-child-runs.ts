import { attemptChildRun } from './attempt-child-run.ts';
import type { ChildRunSteps } from './child-run-steps.ts';
import { childrenRest } from './children-rest.ts';
import { stopChildren } from './stop-children.ts';
import { tellParent } from './tell-parent.ts';

/** The same, there from the start: a virtual clock does not wait for what is loaded. */
export const loadedChildRuns: ChildRunSteps = { attempt: attemptChildRun, tellParent, stop: stopChildren, rest: childrenRest };
