import { FEATURES } from './features.ts';
import type { Feature } from './scenario.ts';
import { SITUATION_NAMES, SITUATIONS } from './situations.ts';

/** docs/situations.md, written from the scenarios that are played. */
export function situationsDocument(): string {
  const meanings = SITUATION_NAMES.map((name) => `| ${name} | ${SITUATIONS[name].means} |`);
  return `# What happens when

<!-- Written by test/situations/document.ts. After a change: UPDATE_DOCS=1 npx vitest run test/situations/document.test.ts -->

What a plan may say, in every situation that its run may come into. Each cell is played: \`npx vitest run test/situations -t 'NAME OF THE ROW'\`, where
\`test/situations/features/\` has the plan, what is done to its run in which second, and when and how every task ends. [compound.md](compound.md),
[deciding.md](deciding.md) and [run-control.md](run-control.md) have the rules.

| situation | that is |
|---|---|
${meanings.join('\n')}

| | ${SITUATION_NAMES.join(' | ')} |
|---|${'---|'.repeat(SITUATION_NAMES.length)}
${FEATURES.map(row).join('\n')}
`;
}

function row({ name, cells }: Feature): string {
  return `| **${name}** | ${SITUATION_NAMES.map((situation) => cells[situation].happens).join(' | ')} |`;
}
