import { describe, expect, it } from 'vitest';
import { inOrder, ORACLE_FILES, observe, readCases } from './oracle-case.ts';
import { DEVIATIONS } from './oracle-deviations.ts';

/** What the reference did is kept in the files; `npm run fidelity` lets it do all of it again. */
describe.each(ORACLE_FILES)('%s', (file) => {
  it.each(readCases(file).map((oracleCase) => [oracleCase.id, oracleCase] as const))(
    '%s runs as in the reference',
    async (id, oracleCase) => {
      const observed = await observe(oracleCase);

      expect(observed).toEqual(inOrder({ ...oracleCase.expected, ...DEVIATIONS[id] }));
    },
  );
});
