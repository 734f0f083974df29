import type { Dependencies } from './arbitrary-graphs.ts';

/** All ancestors of each task, found by walking: slow and simple. */
export function ancestorsOf(dependencies: Dependencies): Set<number>[] {
  return dependencies.map((own) => {
    const found = new Set(own);
    for (const task of found) for (const other of dependencies[task]!) found.add(other);
    return found;
  });
}
