import { readFileSync } from 'node:fs';

/** What kubelet.go answered (test/oracle/kubelet.mjs says how), by the field that makes a question. */
export function recorded<Question>(field: string, file = 'kubelet.jsonl'): (Question & { readonly answer: unknown })[] {
  return readFileSync(new URL(`../recorded/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => Object.hasOwn(line, field)) as never;
}

/** The component's words, where it refused. */
export function saysOf(answer: unknown): string | undefined {
  return typeof answer === 'object' && answer !== null && 'says' in answer ? String(answer.says) : undefined;
}
