import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inProcessAgents, inProcessTools, type TaskOrchestratorOptions } from '../../lib/index.ts';

const SOURCES = join(import.meta.dirname, 'sources');

interface Source {
  readonly title: string;
  readonly url: string;
  readonly about: string;
}

interface Note {
  readonly url: string;
  readonly quotes: readonly string[];
}

export interface ResearchFolders {
  /** Pages that were read: there only while the run needs them. */
  readonly workspace: string;
  /** Gets `report.md`. */
  readonly reports: string;
}

/** The plan's agents and tools in this process: they look for words where a model would think, in a library of a few texts. */
export function researchExecutors(
  { workspace, reports }: ResearchFolders,
  notify: (text: string) => void,
): Pick<TaskOrchestratorOptions, 'agentExecutor' | 'toolExecutor'> {
  const agentExecutor = inProcessAgents({
    planner: ({ inputs }) => ({ terms: wordsOf(inputs.question as string).filter((word) => word.length > 3) }),
    reader: ({ inputs }) => ({ quotes: sentencesOf(inputs.text as string).filter((sentence) => has(sentence, inputs.terms as string[])) }),
    writer: ({ inputs }) => {
      const notes = (inputs.notes as unknown as (Note | null)[]).filter((note) => note !== null);
      const text = notes.flatMap(({ quotes }) => quotes.slice(0, 2)).join(' ');
      return { text, confidence: notes.length / (inputs.notes as unknown[]).length };
    },
    reviewer: ({ inputs }) => {
      const pages = readdirSync(workspace).map((page) => readFileSync(join(workspace, page), 'utf8').replaceAll('\n', ' '));
      return { unsupported: sentencesOf(inputs.text as string).filter((sentence) => !pages.some((page) => page.includes(sentence))) };
    },
  });
  const toolExecutor = inProcessTools({
    search: ({ terms, limit }) => {
      const all = JSON.parse(readFileSync(join(SOURCES, 'index.json'), 'utf8')) as Source[];
      const hits = all.filter(({ about }) => has(about, terms as string[])).slice(0, limit as number);
      return { hits: hits.map(({ title, url }) => ({ title, url })) };
    },
    read_page: ({ url }) => {
      const page = basename(url as string);
      const text = readFileSync(join(SOURCES, page), 'utf8');
      mkdirSync(workspace, { recursive: true });
      writeFileSync(join(workspace, page), text);
      return { text: text.replaceAll('\n', ' ').trim() };
    },
    publish: ({ text, confidence }) => {
      mkdirSync(reports, { recursive: true });
      writeFileSync(join(reports, 'report.md'), `${text}\n\nConfidence: ${confidence}\n`);
      return { words: wordsOf(text as string).length };
    },
    remove_workspace: () => {
      rmSync(workspace, { recursive: true, force: true });
      return null;
    },
    notify: ({ text }) => {
      notify(text as string);
      return null;
    },
  });
  return { agentExecutor, toolExecutor };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]+/g) ?? [];
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=\.) /);
}

function has(text: string, terms: readonly string[]): boolean {
  const words = wordsOf(text);
  return terms.some((term) => words.includes(term));
}
