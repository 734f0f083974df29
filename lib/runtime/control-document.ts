import { CONTROL_STATES, CONTROL_TABLE, CONTROLS, type ControlState, type Outcome } from './control-table.ts';

/** docs/run-control.md, written from the table that controls obey. */
export function controlDocument(): string {
  return `${[INTRODUCTION, renderStates(), renderOutcomes(), renderReasons(), PROSE].join('\n')}`;
}

const INTRODUCTION = `# Cancel, pause, resume, retry

<!-- Written by lib/runtime/control-document.ts. After a change: UPDATE_DOCS=1 npx vitest run test/run-control/control-document.test.ts -->

| | does |
|---|---|
| cancel | nothing more starts, what runs is aborted, tasks that have not ended are \`cancelled\` |
| pause | nothing more starts; what runs goes on to its end, then the run is \`paused\` |
| resume | the run goes on where it stood: tasks that have not ended |
| retry | the run goes on with all tasks that have not completed: also those that failed, were blocked or cancelled |

By the API \`POST /runs/{run_id}/cancel|pause|resume|retry\`, by the command line \`cancel|pause|resume|retry RUN\`, by the classes
\`TaskOrchestrator\` and \`ApiClient\` the methods of these names. \`wait\` tells when a run has ended or is paused.
`;

const MEANINGS: Readonly<Record<ControlState, string>> = {
  queued: 'accepted, resumed or retried, and not started yet',
  executing: 'tasks run, or wait for their turn, for each other or for their next attempt',
  pausing: 'tasks are still running, nothing more starts',
  paused: 'nothing runs; stays so until somebody does something',
  cancelling: 'for a moment, unless somebody died half-way: then the start queue, or another cancel, brings it to its end',
  completed: 'all tasks have completed',
  failed: 'by its tasks (E5204), its time (E5203) or its budget (E5501)',
  interrupted: 'its status is `failed` with E5200: its execution was stopped from outside or its process died',
  refused: 'its status is `failed` and it has no tasks: its plan turned out to be invalid',
  cancelled: 'nothing runs; what had completed keeps its outputs',
};

function renderStates(): string {
  return `## States\n\n| a run is | that is |\n|---|---|\n${CONTROL_STATES.map((state) => `| ${state} | ${MEANINGS[state]} |`).join('\n')}\n`;
}

function renderOutcomes(): string {
  const rows = CONTROL_STATES.map(
    (state) => `| ${state} | ${CONTROLS.map((control) => inWords(CONTROL_TABLE[state][control])).join(' | ')} |`,
  );
  return `## Outcomes

What a control makes of a run; *as it is*: it is done already, and answered well; **no**: it is refused, and nothing has changed.

| | ${CONTROLS.join(' | ')} |
|---|${'---|'.repeat(CONTROLS.length)}
${rows.join('\n')}
`;
}

function inWords(outcome: Outcome): string {
  if ('refused' in outcome) return '**no**';
  if ('nothing' in outcome) return '*as it is*';
  return outcome.to === outcome.then ? outcome.to : `${outcome.to}, then ${outcome.then}`;
}

function renderReasons(): string {
  const rows = CONTROL_STATES.flatMap((state) =>
    CONTROLS.flatMap((control) => {
      const outcome = CONTROL_TABLE[state][control];
      return 'refused' in outcome ? [`| ${control} | ${state} | ${outcome.refused} |`] : [];
    }),
  );
  return `A refusal is 409 of the API (\`run_status\` says how the run stands), exit code 2 of the command line, a ControlRefusedError of the class. It says why:

| control | a run that is | |
|---|---|---|
${rows.join('\n')}
`;
}

const PROSE = `## Two at once

The first write wins. The other is answered as the run stands then: two cancels both do well, of a resume and a cancel of a paused run one
is refused, or the run is resumed and then cancelled. A control that is sent again, because its answer was lost, changes nothing twice:
a second resume or retry is refused, since the run executes. With the \`Idempotency-Key\` of the first it is no second one: it is answered as the run
stands. \`ApiClient\` sends one, so what it sends again by itself is not refused.

## Pause

Its execution is stopped at once; attempts go on by themselves and are written down as ever. An attempt that is not heard of any more is given up
half a minute after its timeout: its task begins another after a resume, without a failure that counts, except where it was to report later
(callback), which then is late. A task that waited for its next attempt begins it at once after a resume.
A task that reports later (callback) keeps the run \`pausing\` until it has. The run is \`completed\` or \`failed\` instead, where its last
tasks were running.

Nothing is invoked for tasks that are left. A pause in the middle of a fan-out of 1,000 tasks, by \`npx vitest run test/simulation/wide-pause.test.ts\`:

| limit | kept by | attempts that end | reads of the run until it is paused |
|---|---|---|---|
| 10 | MaxConcurrency | 10 | 1 |
| 40 | MaxConcurrency | 40 | 1 |
| 10 | places | 10 | 11 |
| 40 | places | 40 | 41 |

On a deployment the start queue looks 2 seconds after the pause, and while attempts run at growing distances, a minute at the most.

Places that tasks hold in shared pools are given back when the run is paused, those within the run are kept for tasks that had begun.

## Cancel

Executors get an abort signal: at once in the process that cancels, within 250 ms in another on this machine that executes the run, within
5 seconds in the functions of a deployment. An executor that takes no notice is left alone; what it answers counts no more. A remote
executor that was only told of the timeout is not stopped: what it reports later is answered with 410.

## When something dies

A run goes on from what is in the store, which has every attempt's beginning and end. Where an execution ends without finishing the run (it was stopped in the
console, say, or on this machine the process was killed), the run is \`failed\` with E5200, which is the state *interrupted*: its tasks
that had not ended are \`cancelled\`, \`resume\` takes them up, and what has completed never runs again. On this machine whoever comes next on the
same \`--data-dir\` finds such a run: \`run\` and \`serve\` name it at their start, \`resume\` carries it on. A run that is \`queued\` is
started by \`resume\` or by \`serve\`. While the process lives that executes a run, no other can.

An attempt that died with its execution is repeated, so a task may have been carried out twice: what it does outside should be idempotent,
as with every retry. Who dies in the middle of a control leaves it to the start queue, which looks after the run within a minute (after a
pause: within seconds); on this machine to whoever asks again.

## Retries, time and budget

- Retries left are counted across executions: a failure counts, an attempt that died with its execution does not. \`retry\` gives all of them
  anew, or as many as \`max_retries\` says, for each task.
- \`max_execution_time_sec\` does not count while a run is paused or interrupted. \`retry\` gives the time anew.
- Tokens and cost are counted on: a run that has used up its budget is over it again at once.

## Child runs

A task with a \`plan_ref\` is a run of its own. What a control of one comes to for the other stands in [docs/compound.md](compound.md#controls).

## A changed plan

\`retry\` may bring a plan of the same \`plan_id\` (or of none, where the run's own has none), which takes the place of the run's from then on; with
\`?dry_run=true\` (\`--dry-run\`) it only says what that comes to. What has completed is kept with its outputs, unless its definition was changed or something that it
depends on, directly or not, was changed or added: then it runs again. Tasks that the plan has no more are forgotten. All other tasks run
as with any retry. A plan that is not valid is refused with all its problems, and one that leaves nothing to do is refused too; the context
stays as it was.
`;
