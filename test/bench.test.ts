/** That the benchmark runs and says what it is asked for; what it measures depends on the machine. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, runNode, temporary } from './support/built.ts';

const BENCH = path.join(ROOT, 'scripts/bench.mjs');
const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: webshop
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - {name: web, image: "nginx:1.29", envFrom: [{configMapRef: {name: settings}}]}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: {mode: fast}
`;

function bench(...args: readonly string[]): string {
  const { folder, remove } = temporary({ 'web.yaml': WEB });
  try {
    const { code, out, err } = runNode([BENCH, folder, '--runs', '1', ...args]);
    expect(err).toBe('');
    expect(code).toBe(0);
    return out;
  } finally {
    remove();
  }
}

describe('npm run bench', () => {
  it('sets podlint beside node', () => {
    const out = bench();
    expect(out).toMatch(/: 1 files, 2 documents, 0\.00 MB; medians of 1 paired runs\n/);
    expect(out).toMatch(/^ +wall s +CPU s .*documents\/s +wall\/node/m);
    expect(out).toMatch(/^node -e 0 +\d+\.\d{3} .* 1\.00 .* 0$/m);
    expect(out).toMatch(/^podlint +\d+\.\d{3} .* \d+\.\d\d .* 0$/m);
  });

  it('measures copies, each with names of its own', () => {
    const out = bench('--scale', '1,3');
    expect(out).toContain(': 1 files, 2 documents');
    expect(out).toContain(', 3 copies: 3 files, 6 documents');
    // Had the copies the same names, or were the references not renamed with them, there would be errors.
    expect([...out.matchAll(/^podlint .* 0$/gm)]).toHaveLength(2);
  });

  it('tells what each room costs', () => {
    const out = bench('--rooms');
    expect(out).toMatch(/^reader +cold +\d+\.\d +warm +\d+\.\d MB\/s$/m);
    expect(out).toMatch(/^decode and validate, Deployments of \d+ characters +cold +[\d,]+ +warm +[\d,]+ objects\/s$/m);
    expect(out).toMatch(/^source +\d+\.\d +\d+\.\d +\d+ %$/m);
    expect(out).toMatch(/^rules +\d/m);
  });

  it('refuses numbers that are none', () => {
    const { code, err } = runNode([BENCH, ROOT, '--runs', 'many']);
    expect(code).not.toBe(0);
    expect(err).toContain('--runs and --scale take numbers');
  });
});
