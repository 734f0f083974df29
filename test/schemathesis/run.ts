import { fuzzApi } from './fuzz-api.ts';

/*
 *   npm run test:api-fuzz [-- options of `schemathesis run` …]
 */

const given = process.argv.slice(2);
const { failures } = await fuzzApi(given.length > 0 ? given : ['--max-examples', '40']);
for (const failure of failures) console.log(failure);
process.exit(failures.length === 0 ? 0 : 1); // runs that are under way must not keep it
