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
  ...' |  |\t|\n|\r\n|\r|\n\n|:|: |- |-|? |?|,|[|]|{|}|#| #|&a |*a|!|@|`|%|>|\'|"|""|\'\'|\\|\\n|\\x41|\\\n|\n  |\n    |\n- |\n  - |a|b: '.split(
    '|',
  ),
  ...'|,|-\n,|+\n,|2\n,>\n,>-\n,>+1\n,|1-\n'.split(','),
  ...'yes no on off y n N ~ null Null true FALSE .inf -.Inf .nan <<'.split(' '),
  ...'0 00 -0 +0 7 010 08 0o17 0b11 0b+1 0b 0x 0x1F 0x_1 -0x10 +12 1_000 1__0 _1 1_ 12345678901234567890 9007199254740993'.split(
    ' ',
  ),
  ...'18446744073709551615 18446744073709551616 -9223372036854775808 -9223372036854775809 1. .5 +.5 -.5 . .. 1.5 1e3 1e 1e-3 1.e+2 1e400'.split(
    ' ',
  ),
  ...'.5_0 1_0.5 -1.5e3 0.1 1e21 123456789.5 2001-01-01 2001-1-1T1:2:3Z 2001-13-01 12:30:45 1,5 =  - + ++1'.split(' '),
  ...'!!str |!!int |!!float |!!bool |!!null |!!binary |!!timestamp |!!map |!!seq |!x |!x%41 |!e!x |!! |!<tag:yaml.org,2002:int> '.split(
    '|',
  ),
  ...'&a\n|&b-1 |*b-1|<<: |<<: *a|!!merge <<: *a|<<: [*a, *a]|*a : |&a a: |{<<: *a}|!!merge <<: {a: b}'.split('|'),
  ...'---\n|---|--- # c\n|---\t|...\n|...|%YAML 1.1\n|%TAG !e! tag:yaml.org,2002:\n'.split('|'),
  ...'{}|[]|{a: b}|[a, b]|{"a":1}|{a, b: }|[a: b]|[? a]|{? a : b}|{[a]: b}|[[], {}]|{}: a|[-1, - 1]|{a:b}|[a#b, c #d\n]|{"a": \'b\', c: *a}'.split(
    '|',
  ),
  ...'a: b|a: &a b|"a": b|\'a\': b|- a|- - a|- a: b|__proto__: 1|key:|key: |1: |1.5: |1e10: |true: |no: |null: |~: |"": |.inf: |? a\n: b\n'.split(
    '|',
  ),
  '#c\n',
  ' # c\n',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u00a0',
  'é',
  '😀',
  '\x01',
  '\x7f',
  '\ufffe',
];

/** A piece of one of the texts, changed in one to four places. */
export function mutate(texts, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  // One in six is nothing but pieces.
  if (next() < 0.17) {
    let soup = '';
    for (let length = 1 + Math.floor(next() * 12); length > 0; length--) soup += pick(PIECES);
    return wellFormed(`${soup}\n`);
  }
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
  return wellFormed(`${lines.join('\n')}${next() < 0.9 ? '\n' : ''}`);
}

/** Halves of pairs have no UTF-8, and the NUL ends a text for the oracle. */
function wellFormed(text) {
  return text.replaceAll('\0', '').toWellFormed();
}
