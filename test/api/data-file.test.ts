import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDataFile } from '../../src/api/data-file.ts';

const folder = path.resolve(import.meta.dirname, '../../data');

describe('the files of data/', () => {
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.json'))) {
    test(`${name} is JSON in ASCII, and read whole`, () => {
      const bytes = readFileSync(path.join(folder, name));
      expect(bytes.every((byte) => byte < 0x80)).toBe(true);
      expect(readDataFile(name)).toEqual(JSON.parse(bytes.toString('utf8')));
    });
  }
});
