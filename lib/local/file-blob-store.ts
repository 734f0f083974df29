import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobMissingError, type BlobStore } from '../runtime/ports/blob-store.ts';

/** Blobs as files below a folder. Keys are ours (`runs/<id>/…`), their parts encoded all the same. */
export class FileBlobStore implements BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file appears whole or not at all. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(key);
    const draft = `${path}.${randomUUID()}`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, bytes);
    await rename(draft, path);
  }

  async get(key: string): Promise<Uint8Array> {
    try {
      return await readFile(this.#pathOf(key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new BlobMissingError(key, { cause: error });
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  async deleteAll(folder: string): Promise<void> {
    await rm(this.#pathOf(folder), { recursive: true, force: true });
  }

  #pathOf(key: string): string {
    const encode = (part: string): string => encodeURIComponent(part).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
    return join(this.#folder, ...key.split('/').map(encode));
  }
}
