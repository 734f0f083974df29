import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fetchJars } from '../../fetch-jars.ts';
import { pythonEnvironment } from '../../python-environment.ts';

const CACHE = join(import.meta.dirname, '../../../.oracle');

/** How the oracle is started. */
export interface OracleProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Installs the oracle into `.oracle/`, the first time and after every change of what it needs. Half a minute; needs Python 3.13, Java 17 and Maven. */
export async function setUpOracle(): Promise<OracleProgram> {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const programs = await pythonEnvironment('python', requirements, { python: findPython(), cache: CACHE });
  return {
    command: join(programs, 'python'),
    args: [join(import.meta.dirname, 'main.py')],
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      ORACLE_JARS: fetchJars(join(import.meta.dirname, 'pom.xml'), join(CACHE, 'jars')),
      ORACLE_LIBJVM: findLibjvm(),
    },
  };
}

/** LocalStack asks for 3.13, which is not everywhere the one that is called python3. */
function findPython(): string {
  const installed = globSync(join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions/3.1[3-9]*/bin/python3'));
  const isRecent = 'import sys; sys.exit(sys.version_info < (3, 13))';
  const found = ['python3.13', 'python3', ...installed].find((python) => spawnSync(python, ['-c', isRecent]).status === 0);
  if (found === undefined) throw new Error('the oracle needs Python 3.13');
  return found;
}

function findLibjvm(): string {
  const java = spawnSync('java', ['-XshowSettings:properties', '-version'], { encoding: 'utf8' });
  const home = /java\.home = (?<home>.*)/.exec(java.stderr ?? '')?.groups?.home?.trim();
  if (home === undefined) throw new Error('the oracle needs Java 17');
  return join(home, 'lib/server/libjvm.so');
}
