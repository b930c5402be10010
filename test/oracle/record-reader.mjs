// Records what kubectl's reader makes of the texts in reader-texts.mjs: `node test/oracle/record-reader.mjs ORACLE`.
// A line of test/recorded/reader.jsonl is {text, documents: [{value} | {error}, duplicates: the keys that stand twice]}.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { texts } from './reader-texts.mjs';

const [oracle] = process.argv.slice(2);
if (oracle === undefined) {
  console.error('usage: node test/oracle/record-reader.mjs ORACLE');
  process.exit(2);
}
const unique = [...new Set(texts)].filter((text) => !text.includes('\0'));
const answers = execFileSync(oracle, ['read', '-stdin0'], {
  input: unique.map((text) => `${text}\0`).join(''),
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
const lines = answers.trimEnd().split('\n');
if (lines.length !== unique.length) throw new Error(`${lines.length} answers to ${unique.length} texts`);
const recorded = lines.map((line, i) => {
  const documents = JSON.parse(line).documents.map(({ value, error, duplicates }) => ({
    ...(error === undefined ? { value } : { error }),
    ...(duplicates && {
      duplicates: [...duplicates.matchAll(/key (.+) already set/g)].map((match) => String(JSON.parse(match[1]))),
    }),
  }));
  return JSON.stringify({ text: unique[i], documents });
});
writeFileSync(new URL('../recorded/reader.jsonl', import.meta.url), `${recorded.join('\n')}\n`);
console.log(`${recorded.length} texts recorded`);
