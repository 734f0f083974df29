import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { makeTemplate } from '../cdk/make-template.ts';
import { EVERYTHING } from './everything-asked-for.ts';
import { roleTable } from './role-table.ts';

const DOCUMENT = new URL('../../docs/security.md', import.meta.url);
const ROLES = /(?<=<!-- roles: .* -->\n).*(?=<!-- \/roles -->)/s;
const LINK = /\]\((?<path>[^)#]+)/g;

const read = (): string => readFileSync(DOCUMENT, 'utf8');

it('docs/security.md says what each role may do, as it is in the template', () => {
  const table = `${roleTable(makeTemplate(EVERYTHING), makeTemplate())}\n`;
  if (process.env.UPDATE_DOCS !== undefined)
    writeFileSync(
      DOCUMENT,
      read().replace(ROLES, () => table),
    );

  expect(ROLES.exec(read())?.[0], 'run it again with UPDATE_DOCS=1').toBe(table);
});

it('names for each claim a test that is there', () => {
  const claims = read()
    .replace(ROLES, '')
    .split('\n')
    // a table's head has no links, and stands before its line of dashes
    .filter((line, i, lines) => line.startsWith('|') && !line.startsWith('|---') && !lines[i + 1]?.startsWith('|---'));
  const testsOf = (line: string): string[] => [...line.matchAll(LINK)].map((match) => match.groups!.path!).filter(isTest);

  expect(claims.length).toBeGreaterThan(30);
  expect(claims.filter((claim) => testsOf(claim).length === 0 && !claim.includes('see *Limits*'))).toEqual([]);
});

it('links to what is there', () => {
  const links = [...read().matchAll(LINK)].map((match) => match.groups!.path!);

  expect(links.filter((link) => !existsSync(new URL(link, DOCUMENT)))).toEqual([]);
});

const isTest = (path: string): boolean => /^\.\.\/test\/.*\.(test|slow)\.ts$/.test(path);
