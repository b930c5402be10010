/** A repeatable source of numbers in [0, 1). */
export function random(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is put into texts: indicators, blanks, words that YAML 1.1 takes for something, pieces of syntax. */
const PIECES = [
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  ':',
  ': ',
  '- ',
  '-',
  '? ',
  '?',
  ',',
  '[',
  ']',
  '{',
  '}',
  '#',
  ' #',
  '&a ',
  '*a',
  '!',
  '!!str ',
  '!!int ',
  '!!binary ',
  '|',
  '>',
  '|-\n',
  '>+\n',
  '|2\n',
  "'",
  '"',
  '""',
  "''",
  '%',
  '@',
  '`',
  '<<: ',
  '<<: *a',
  '---\n',
  '---',
  '...\n',
  '...',
  '\\',
  '\\n',
  '\\x41',
  '\\\n',
  'yes',
  'no',
  'on',
  'y',
  'n',
  '~',
  'null',
  'true',
  '0x1F',
  '010',
  '08',
  '0b11',
  '1_000',
  '1e3',
  '.5',
  '-.inf',
  '.nan',
  '2001-01-01',
  '12:30:45',
  '9007199254740993',
  '18446744073709551615',
  '1e400',
  '-',
  '+1',
  '=',
  '\u0085',
  '\u2028',
  '\ufeff',
  'é',
  '😀',
  '\x01',
  '\x7f',
  '{}',
  '[]',
  '{a: b}',
  '[a, b]',
  '{"a":1}',
  'a: b',
  'a: &a b',
  '"a": b',
  "'a': b",
  '- a',
  '__proto__: 1',
  'key:',
  '#c\n',
  ' # c\n',
  '1: ',
  '1.5: ',
  'true: ',
  'null: ',
  '~: ',
  '%YAML 1.1\n',
  '%TAG ! x\n',
];

/** A piece of one of the texts, changed in one to four places. */
export function mutate(texts, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const all = pick(texts).split('\n');
  const from = Math.floor(next() * all.length);
  // Whole from its first line on half of the time, else from the middle of nowhere.
  const start = next() < 0.5 ? 0 : from;
  let lines = all.slice(start, start + 3 + Math.floor(next() * 40));
  for (let times = 1 + Math.floor(next() * 4); times > 0; times--) {
    const i = Math.floor(next() * lines.length);
    const line = lines[i] ?? '';
    const j = Math.floor(next() * lines.length);
    const at = Math.floor(next() * (line.length + 1));
    switch (Math.floor(next() * 14)) {
      case 0:
        lines.splice(i, 1);
        break;
      case 1:
        lines.splice(i, 0, line);
        break;
      case 2:
        [lines[i], lines[j]] = [lines[j] ?? '', line];
        break;
      case 3:
        lines[i] = ' '.repeat(1 + Math.floor(next() * 3)) + line;
        break;
      case 4:
        lines[i] = line.slice(1 + Math.floor(next() * 2));
        break;
      case 5:
        lines[i] = line.replace(/: (.*)$/, (_, value) => `: ${pick(['"', "'"])}${value}${pick(['"', "'", ''])}`);
        break;
      case 6:
        lines[i] = line.replace(/(: |- )(.*)$/, (_, lead) => lead + pick(PIECES));
        break;
      case 7:
        lines[i] = line.replace(
          /: (.*)$/,
          (_, value) => `: ${pick(['|', '>', '|-', '>-', '|+', '|2', '{', '[', '&a ', '*a', '! '])}${value}`,
        );
        break;
      case 8:
        lines[i] = line.trimStart();
        break;
      case 9:
        lines[i] = line.slice(0, at) + String.fromCharCode(Math.floor(next() * 127) + 1) + line.slice(at);
        break;
      case 10:
        lines[i] = line.slice(0, at) + line.slice(at + 1);
        break;
      case 11:
        lines = [lines.join(next() < 0.5 ? '\r\n' : '\n')].concat(pick(PIECES)).join('').split('\n');
        break;
      default:
        lines[i] = line.slice(0, at) + pick(PIECES) + line.slice(at);
    }
    if (lines.length === 0) lines = [''];
  }
  // Halves of pairs have no UTF-8, and the NUL ends a text for the oracle.
  return `${lines.join('\n')}${next() < 0.9 ? '\n' : ''}`.replaceAll('\0', '').toWellFormed();
}
