import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: true;
  readonly inBundle?: true;
  readonly hasInstallScript?: true;
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Record<string, LockedPackage> };
const manifest = read('package.json') as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const installed = Object.entries(packages).filter(([path]) => path !== '');

/** Of what is shipped. They let a program of any licence have the package in it. */
const LICENCES = [
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BlueOak-1.0.0',
  // of our choice
  '(MIT OR GPL-3.0-or-later)',
];
/** What may run something when it is installed: both fetch a binary of the platform, neither is shipped. */
const WITH_INSTALL_SCRIPTS = ['node_modules/esbuild', 'node_modules/node'];

describe('packages', () => {
  it('that are shipped have licences that allow it', () => {
    const shipped = installed.filter(([, { dev }]) => dev !== true);

    expect(shipped.length).toBeGreaterThan(50);
    expect(shipped.filter(([, { license = 'none' }]) => !LICENCES.includes(license)).map(([path, { license }]) => [path, license])).toEqual(
      [],
    );
  });

  it('run nothing when they are installed, but for two that are not shipped', () => {
    const running = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);

    expect(running.map(([path]) => path).sort()).toEqual(WITH_INSTALL_SCRIPTS);
    for (const [, { dev }] of running) expect(dev).toBe(true);
  });

  it('are held to the bytes that were reviewed', () => {
    const loose = installed.filter(([, { integrity, inBundle }]) => inBundle !== true && !integrity?.startsWith('sha512-'));

    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('come from a registry, not from addresses', () => {
    const asked = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });

    expect(asked.filter(([, range]) => !/^[\^~]?\d+\.\d+\.\d+$/.test(range))).toEqual([]);
    expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});
