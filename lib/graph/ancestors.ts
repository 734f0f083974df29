import { GraphTooLargeError } from './errors.ts';

const PAGE_BITS = 1024;
const PAGE_WORDS = PAGE_BITS / 32;
const SEGMENT_PAGES = 2048;
/** One GiB of pages: a graph of 100,000 tasks takes 640 MB at the very worst, the usual shapes a tenth of it. */
const PAGES_MAX = 2 ** 23;

const EMPTY = 0;
const FULL = 1;
/** In the row that is being made: the page is not a stored one but stands in the draft. */
const DRAFT = -1;

/**
 * The ancestors of every task as rows of bits, for tasks numbered so that ancestors have the smaller number.
 *
 * A row is a list of pages of 1,024 bits. Rows with equal pages share them: a task adds little to what its dependencies have,
 * so chains, trees and layers take memory in proportion to the tasks rather than to their square.
 *
 * Rows are made in the order of the numbers: `begin`, then `include` every direct dependency, then `end`.
 */
export class Ancestors {
  readonly #size: number;
  readonly #pagesMax: number;
  readonly #segments: Int32Array[] = [];
  #pageCount = 0;
  /** Row v has the pages `#pages[#base[v] + p]` for p from `#first[v]` to before `#end[v]`. */
  #pages: Int32Array;
  #pagesUsed = 0;
  readonly #base: Float64Array;
  readonly #first: Int32Array;
  readonly #end: Int32Array;
  /** The row that is being made. */
  readonly #row: Int32Array;
  readonly #draft: Int32Array;
  #rowFirst = 0;
  #rowEnd = 0;

  constructor(size: number, pagesMax = PAGES_MAX) {
    this.#size = size;
    this.#pagesMax = pagesMax;
    const rowPages = Math.ceil(size / PAGE_BITS);
    this.#pages = new Int32Array(size);
    this.#base = new Float64Array(size);
    this.#first = new Int32Array(size);
    this.#end = new Int32Array(size);
    this.#row = new Int32Array(rowPages);
    this.#draft = new Int32Array(rowPages * PAGE_WORDS);
    this.#store(new Int32Array(PAGE_WORDS), 0);
    this.#store(new Int32Array(PAGE_WORDS).fill(-1), 0);
  }

  /** Is u an ancestor of v? */
  has(u: number, v: number): boolean {
    const p = u >>> 10;
    if (p < this.#first[v]! || p >= this.#end[v]!) return false;
    const page = this.#pages[this.#base[v]! + p]!;
    const word = this.#segments[page >>> 11]![((page & 2047) << 5) + ((u >>> 5) & 31)]!;
    return (word & (1 << (u & 31))) !== 0;
  }

  begin(): void {
    this.#row.fill(EMPTY, this.#rowFirst, this.#rowEnd);
    this.#rowFirst = this.#row.length;
    this.#rowEnd = 0;
  }

  /** Is u in the row that is being made? */
  includes(u: number): boolean {
    const p = u >>> 10;
    const page = this.#row[p]!;
    if (page === DRAFT) return (this.#draft[u >>> 5]! & (1 << (u & 31))) !== 0;
    if (page === EMPTY) return false;
    return (this.#segments[page >>> 11]![((page & 2047) << 5) + ((u >>> 5) & 31)]! & (1 << (u & 31))) !== 0;
  }

  /** Adds u and its ancestors to the row that is being made. */
  include(u: number): void {
    const own = u >>> 10;
    this.#rowFirst = Math.min(this.#rowFirst, this.#first[u]! < this.#end[u]! ? this.#first[u]! : own);
    this.#rowEnd = Math.max(this.#rowEnd, own + 1);
    for (let p = this.#first[u]!; p < this.#end[u]!; p++) this.#merge(p, this.#pages[this.#base[u]! + p]!);
    if (this.#row[own] !== DRAFT) this.#copyToDraft(own);
    this.#draft[u >>> 5]! |= 1 << (u & 31);
  }

  /** Stores the row as that of v. */
  end(v: number): void {
    this.#first[v] = this.#rowFirst;
    this.#end[v] = this.#rowEnd;
    this.#base[v] = this.#pagesUsed - this.#rowFirst;
    for (let p = this.#rowFirst; p < this.#rowEnd; p++) {
      const page = this.#row[p]!;
      this.#addToRow(page === DRAFT ? this.#storeDraft(p) : page);
    }
  }

  #merge(p: number, page: number): void {
    const now = this.#row[p]!;
    if (page === EMPTY || page === now || now === FULL) return;
    if (now === EMPTY || page === FULL) {
      this.#row[p] = page;
      return;
    }
    if (now !== DRAFT) this.#copyToDraft(p);
    const segment = this.#segments[page >>> 11]!;
    const from = (page & 2047) << 5;
    const to = p * PAGE_WORDS;
    let added = 0; // bits that the page adds to the row
    let beyond = 0; // bits of the row that the page lacks
    for (let w = 0; w < PAGE_WORDS; w++) {
      const a = this.#draft[to + w]!;
      const b = segment[from + w]!;
      added |= b & ~a;
      beyond |= a & ~b;
      this.#draft[to + w] = a | b;
    }
    if (beyond === 0) this.#row[p] = page;
    else if (added === 0) this.#row[p] = now;
  }

  #copyToDraft(p: number): void {
    const page = this.#row[p]!;
    const from = (page & 2047) << 5;
    this.#draft.set(this.#segments[page >>> 11]!.subarray(from, from + PAGE_WORDS), p * PAGE_WORDS);
    this.#row[p] = DRAFT;
  }

  #storeDraft(p: number): number {
    const from = p * PAGE_WORDS;
    for (let w = 0; w < PAGE_WORDS; w++) if (this.#draft[from + w] !== -1) return this.#store(this.#draft, from);
    return FULL;
  }

  #store(words: Int32Array, from: number): number {
    const page = this.#pageCount++;
    if (page >= this.#pagesMax) throw new GraphTooLargeError(this.#size);
    if (page % SEGMENT_PAGES === 0) {
      const pages = Math.min(SEGMENT_PAGES, 2 + this.#size * this.#row.length);
      this.#segments.push(new Int32Array(pages * PAGE_WORDS));
    }
    this.#segments[page >>> 11]!.set(words.subarray(from, from + PAGE_WORDS), (page & 2047) << 5);
    return page;
  }

  #addToRow(page: number): void {
    if (this.#pagesUsed === this.#pages.length) {
      const grown = new Int32Array(2 * this.#pages.length);
      grown.set(this.#pages);
      this.#pages = grown;
    }
    this.#pages[this.#pagesUsed++] = page;
  }
}
