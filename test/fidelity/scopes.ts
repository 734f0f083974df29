/** Where a state stands in its machine: in which scope, and in which state that scope is. */
export interface StatePlace {
  /** The machine's own scope is ''; else the name of the Map, or of the Parallel and the number of the branch. */
  readonly scope: string;
  readonly container: string | undefined;
  /** Maps around it. */
  readonly depth: number;
  /** Of a Map that has it. */
  readonly maxConcurrency: number | undefined;
}

interface StateWithScopes {
  readonly Branches?: readonly Scope[];
  readonly ItemProcessor?: Scope;
  readonly MaxConcurrency?: number;
}

interface Scope {
  readonly States: Readonly<Record<string, StateWithScopes>>;
}

/** All states of a definition; their names are unique in it. */
export function placesOf(definition: unknown): ReadonlyMap<string, StatePlace> {
  const places = new Map<string, StatePlace>();
  const visit = ({ States }: Scope, place: Omit<StatePlace, 'maxConcurrency'>): void => {
    for (const [name, { Branches = [], ItemProcessor, MaxConcurrency }] of Object.entries(States)) {
      places.set(name, { ...place, maxConcurrency: MaxConcurrency });
      for (const [i, branch] of Branches.entries()) visit(branch, { scope: `${name} branch ${i}`, container: name, depth: place.depth });
      if (ItemProcessor !== undefined) visit(ItemProcessor, { scope: name, container: name, depth: place.depth + 1 });
    }
  };
  visit(definition as Scope, { scope: '', container: undefined, depth: 0 });
  return places;
}
