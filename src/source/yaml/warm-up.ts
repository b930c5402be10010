import { FastReader } from './fast.ts';

/** Shorter runs are over before V8 compiles much. */
const LONG = 16 * 1024;
let read = 0;
let done = false;

/**
 * Before much is read, reads a text that has one of everything. V8 compiles what it has seen used, and starts over
 * whenever something new comes up; 18 MB of manifests then cost 100 ms more, a fifth of all.
 * @param length of the file that is about to be read
 */
export function warmUp(length: number): void {
  read += length;
  if (done || read < LONG) return;
  done = true;
  for (let i = 0; i < 4; i++) new FastReader(SAMPLE).document();
}

/** Whether there is a form that the fast reader would not take: that would be a fault of the sample. */
export const SAMPLE = `---
# comment
apiVersion: v1 # comment
"quoted" : "escapes \\" \\n \\u0041"
'single': 'it''s'
text: over
  lines

  with some between
literal: |
  line
    deeper

  end
folded: >-
  line
  line

    deeper
keep: |+
  line

strip: |-
    line
indented: |2
   line
int: 12
long: 12345678901
negative: -1
float: 1.5
date: 2020-01-01
yes: yes
nothing: ~
on:
8080: tilde
flow: {a: 1, "b": [x, y, "z"], c: , d}
list: [
  a, # comment
  b
]
elements:
- name: a
  value: "b"
- text
  over lines
- # comment
  name: a
-
- - 1
  - 2
- "quoted"
- 'quoted': 1
- {}
- |
  line
nested:
  - a: 1
    b:
    - c
  - &anchor
    a: 1
next:
  text
quoted next:
  "text
  over lines"
named: &name # comment
  a: b
alias: *name
merge:
  <<: *anchor
  a: c
  !!merge <<: *name
`;
