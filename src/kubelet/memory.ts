import { asObject, asString, objectsOf } from '../api/manifest.ts';
import { parseQuantity, quantityToNumber } from '../api/quantity.ts';
import type { Path } from '../source/path.ts';
import { commandLineOf } from './shell.ts';

/** Memory that a program is told it may use. */
export interface MemoryClaim {
  readonly bytes: number;
  /** What it is: `JVM heap`, `Node.js old space`, `Redis data`. */
  readonly what: string;
  /** As it is written: `-Xmx4g`, `GOMEMLIMIT=4GiB`. */
  readonly written: string;
  /** Relative to the container: `['env', 0, 'value']`, `['args', 2]`. */
  readonly path: Path;
  /** `certain`: the program itself reads it there. `likely`: a start script has to hand it on, as with JAVA_OPTS. */
  readonly certainty: 'certain' | 'likely';
}

/** A setting that a program refuses to start with. */
export interface MemoryFault {
  readonly written: string;
  readonly path: Path;
  readonly certainty: 'certain' | 'likely';
  /** The program's words. */
  readonly says: string;
  /** How it is written right, where that is plain: `-Xmx2g`. */
  readonly instead?: string;
}

export interface MemorySettings {
  readonly claims: readonly MemoryClaim[];
  readonly faults: readonly MemoryFault[];
}

const KIB = 1024;
const MIB = KIB * 1024;
const GIB = MIB * 1024;

/** The memory limit of a container in bytes, undefined where it sets none. */
export function memoryLimit(container: unknown): number | undefined {
  const limits = asObject(asObject(asObject(container)?.['resources'])?.['limits']);
  const quantity = parseQuantity(limits?.['memory']);
  return quantity === undefined ? undefined : quantityToNumber(quantity);
}

/** Claims larger than the limit: grown so far, the container is OOMKilled. */
export function claimsOver(container: unknown, limit: number | undefined = memoryLimit(container)): MemoryClaim[] {
  if (limit === undefined || !(limit > 0)) return [];
  return memorySettings(container).claims.filter(({ bytes }) => bytes > limit);
}

export function memoryClaims(container: unknown): readonly MemoryClaim[] {
  return memorySettings(container).claims;
}

/**
 * What a container's command line and environment say of memory, for the programs whose settings are widely known: JVMs,
 * Node.js, Go, .NET, Redis, PostgreSQL, MySQL, MongoDB, memcached. Values with variables in them are passed over.
 */
export function memorySettings(container: unknown): MemorySettings {
  const claims: MemoryClaim[] = [];
  const faults: MemoryFault[] = [];
  const jvm: JvmOption[] = [];
  for (const [entry, index] of objectsOf(asObject(container)?.['env'])) {
    const name = asString(entry['name']);
    const value = asString(entry['value']);
    if (name === undefined || value === undefined || value === '' || value.length > LONGEST) continue;
    environmentVariable(name, value, ['env', index, 'value'], claims, faults, jvm);
  }
  const line = commandLineOf(container);
  if (line !== undefined) {
    const { words, program } = line;
    const java = program === 'java';
    for (let i = 0; i < words.length; i++) {
      const { text, path } = words[i]!;
      if (text.length > LONGEST) continue;
      // A script, or a word with several flags, is taken apart; JVM flags are unmistakable.
      for (const token of tokensOf(text)) jvmOption(token, path, java ? 'certain' : 'likely', 2, jvm, faults);
      nodeOption(text, path, program === 'node' ? 'certain' : 'likely', claims, faults);
      serverFlag(program, text, words[i + 1]?.text, path, claims);
    }
  }
  // `java` itself reads no JAVA_OPTS: that is a matter of start scripts.
  const direct = line?.program === 'java';
  summarize(direct ? jvm.filter(({ certainty }) => certainty === 'certain') : jvm, memoryLimit(container), claims, faults);
  return { claims, faults: direct ? faults.filter(({ certainty }) => certainty === 'certain') : faults };
}

/** Nobody writes longer settings, and then all scans stay short. */
const LONGEST = 16_384;

function tokensOf(text: string): string[] {
  return text.includes('-X') ? text.split(/[\s"']+/) : [];
}

function environmentVariable(
  name: string,
  value: string,
  path: Path,
  claims: MemoryClaim[],
  faults: MemoryFault[],
  jvm: JvmOption[],
): void {
  const add = (what: string, bytes: number | undefined, certainty: MemoryClaim['certainty'] = 'certain'): void => {
    if (bytes !== undefined && bytes > 0) claims.push({ bytes, what, written: `${name}=${value}`, path, certainty });
  };
  switch (name) {
    case 'GOMEMLIMIT': {
      const bytes = goMemory(value);
      if (bytes !== undefined) add('Go memory limit', bytes);
      else if (value !== 'off' && !value.includes('$')) {
        const instead = /^(\d+)([KMGT])i?$/.exec(value);
        faults.push({
          written: `GOMEMLIMIT=${value}`,
          path,
          certainty: 'certain',
          says: 'fatal error: malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`',
          instead: instead === null ? undefined : `${instead[1]}${instead[2]}iB`,
        });
      }
      return;
    }
    case 'NODE_OPTIONS':
      nodeOption(value, path, 'certain', claims, faults);
      return;
    case 'DOTNET_GCHeapHardLimit':
    case 'COMPlus_GCHeapHardLimit':
      add('.NET heap', /^(?:0x)?[0-9a-fA-F]{1,13}$/.test(value) ? Number.parseInt(value, 16) : undefined);
      return;
    case 'MAX_HEAP_SIZE':
    case 'SOLR_HEAP':
    case 'LS_HEAP_SIZE':
      add('JVM heap', jvmSize(value), 'likely');
      return;
    case 'NEO4J_server_memory_heap_max__size':
    case 'NEO4J_dbms_memory_heap_max__size':
      add('JVM heap', jvmSize(value));
      return;
  }
  if (!value.includes('-X')) return;
  const rank = name === 'JAVA_TOOL_OPTIONS' ? 0 : name === 'JDK_JAVA_OPTIONS' ? 1 : name === '_JAVA_OPTIONS' ? 3 : 2;
  const certainty =
    name === 'JAVA_TOOL_OPTIONS' || name === '_JAVA_OPTIONS' || name === 'JDK_JAVA_OPTIONS' ? 'certain' : 'likely';
  for (const token of tokensOf(value)) jvmOption(token, path, certainty, rank, jvm, faults);
}

/** A JVM flag about memory. Of several the last of the highest rank counts: JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, command line, _JAVA_OPTIONS. */
interface JvmOption {
  readonly kind: 'heap' | 'initial' | 'direct' | 'metaspace' | 'percent';
  readonly value: number;
  readonly written: string;
  readonly path: Path;
  readonly certainty: MemoryClaim['certainty'];
  readonly rank: number;
}

const JVM_FLAGS: readonly (readonly [prefix: string, kind: JvmOption['kind'], bad: string])[] = [
  ['-Xmx', 'heap', 'Invalid maximum heap size: '],
  ['-XX:MaxHeapSize=', 'heap', 'Invalid maximum heap size: '],
  ['-Xms', 'initial', 'Invalid initial heap size: '],
  ['-XX:InitialHeapSize=', 'initial', 'Improperly specified VM option '],
  ['-XX:MaxDirectMemorySize=', 'direct', 'Improperly specified VM option '],
  ['-XX:MaxMetaspaceSize=', 'metaspace', 'Improperly specified VM option '],
];

function jvmOption(
  token: string,
  path: Path,
  certainty: MemoryClaim['certainty'],
  rank: number,
  out: JvmOption[],
  faults: MemoryFault[],
): void {
  if (!token.startsWith('-X') || token.includes('$') || token.includes('{')) return;
  for (const [prefix, kind, bad] of JVM_FLAGS) {
    if (!token.startsWith(prefix)) continue;
    const text = token.slice(prefix.length);
    // It also reads hexadecimal numbers.
    if (text.startsWith('0x')) return;
    const value = jvmSize(text);
    if (value === undefined) {
      const size = /^=?(\d+)\s*([kmgt])(?:i?b|i)?$/i.exec(text);
      const says = bad.startsWith('Improperly') ? `${bad}'${token.slice(4)}'` : bad + token;
      const instead = size === null ? undefined : `${prefix}${size[1]}${size[2]!.toLowerCase()}`;
      faults.push({ written: token, path, certainty, says, instead });
    } else if (kind === 'heap' && value < MIB) {
      const instead = /^[1-9]\d*$/.test(text) ? `${prefix}${text}m` : undefined;
      faults.push({ written: token, path, certainty, says: 'Too small maximum heap', instead });
    } else out.push({ kind, value, written: token, path, certainty, rank });
    return;
  }
  if (token.startsWith('-XX:MaxRAMPercentage=')) {
    const text = token.slice('-XX:MaxRAMPercentage='.length);
    const value = Number(text);
    if (!/^\d+(?:\.\d+)?$/.test(text)) {
      // Forms like 7e1 are read by newer JVMs only.
      const whole = /^(\d+(?:\.\d+)?)%$/.exec(text);
      if (whole === null) return;
      const instead = `-XX:MaxRAMPercentage=${whole[1]}`;
      faults.push({
        written: token,
        path,
        certainty,
        says: `Improperly specified VM option 'MaxRAMPercentage=${text}'`,
        instead,
      });
    } else if (value > 100) {
      const says = `double MaxRAMPercentage=${value.toFixed(6)} is outside the allowed range [ 0.000000 ... 100.000000 ]`;
      faults.push({ written: token, path, certainty, says });
    } else out.push({ kind: 'percent', value, written: token, path, certainty, rank });
  }
}

/** `512m`, `4G`, `1073741824`. The JVM knows no fractions and no `Gi`. */
function jvmSize(text: string): number | undefined {
  return scaled(text, /^(\d{1,15})([kKmMgGtT])?$/, 1024);
}

function scaled(text: string, form: RegExp, base: number): number | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const power = found[2] === undefined ? 0 : 'kmgtp'.indexOf(found[2].toLowerCase()) + 1;
  const bytes = Number(found[1]) * base ** power;
  return Number.isFinite(bytes) ? bytes : undefined;
}

function summarize(options: readonly JvmOption[], limit: number | undefined, claims: MemoryClaim[], faults: MemoryFault[]): void {
  const effective = (kind: JvmOption['kind']): JvmOption | undefined => {
    let best: JvmOption | undefined;
    for (const option of options) if (option.kind === kind && (best === undefined || option.rank >= best.rank)) best = option;
    return best;
  };
  const initial = effective('initial');
  const heap = effective('heap');
  if (heap !== undefined) {
    const { value: bytes, written, path, certainty } = heap;
    claims.push({ bytes, what: 'JVM heap', written, path, certainty });
    if (initial !== undefined && initial.value > bytes) {
      const both = initial.certainty === 'certain' ? certainty : initial.certainty;
      const says = 'Initial heap size set to a larger value than the maximum heap size';
      faults.push({ written: initial.written, path: initial.path, certainty: both, says });
    }
  } else if (initial !== undefined) {
    claims.push({
      bytes: initial.value,
      what: 'JVM heap',
      written: initial.written,
      path: initial.path,
      certainty: initial.certainty,
    });
  }
  const percent = heap === undefined ? effective('percent') : undefined;
  const share = percent !== undefined && limit !== undefined ? (percent.value / 100) * limit : undefined;

  // The heap is not all: buffers and classes come on top, each up to its own bound.
  const parts = [effective('direct'), effective('metaspace')].filter((option) => option !== undefined);
  const main = heap?.value ?? share;
  const source = heap ?? percent;
  if (parts.length === 0 || main === undefined || source === undefined) return;
  let bytes = main;
  let what = 'JVM heap';
  let certainty = source.certainty;
  let written = source.written;
  for (const part of parts) {
    bytes += part.value;
    what += part.kind === 'direct' ? ' and direct memory' : ' and metaspace';
    written += ` ${part.written}`;
    if (part.certainty === 'likely') certainty = 'likely';
  }
  claims.push({ bytes, what, written, path: source.path, certainty });
}

/** `--max-old-space-size=4096`, in MiB; V8 takes underscores as well, and the value only behind `=`. */
function nodeOption(
  text: string,
  path: Path,
  certainty: MemoryClaim['certainty'],
  claims: MemoryClaim[],
  faults: MemoryFault[],
): void {
  const at = text.search(/--max[-_]old[-_]space[-_]size/);
  if (at < 0) return;
  const flag = text.slice(at, at + '--max-old-space-size'.length);
  const rest = /^[^\s"';&|]{0,64}/.exec(text.slice(at + flag.length))?.[0] ?? '';
  if (rest.includes('$') || rest.includes('{')) return;
  const number = /^=(\d{1,9})$/.exec(rest)?.[1];
  if (number !== undefined)
    claims.push({ bytes: Number(number) * MIB, what: 'Node.js old space', written: flag + rest, path, certainty });
  else if (rest === '' || /^=\d+(?:\.\d+)?[A-Za-z]+$/.test(rest)) {
    faults.push({
      written: flag + rest,
      path,
      certainty: rest === '' ? 'likely' : certainty,
      says: `illegal value for flag ${flag}${rest} of type size_t`,
    });
  }
}

/** `750MiB`, as runtime/string.go parseByteCount reads it. */
function goMemory(value: string): number | undefined {
  const found = /^(\d{1,18})(?:B|([KMGT])iB)?$/.exec(value);
  if (found === null) return undefined;
  return Number(found[1]) * 1024 ** (found[2] === undefined ? 0 : 'KMGT'.indexOf(found[2]) + 1);
}

/** A flag of a server that is named as the program. */
interface ServerFlag {
  readonly programs: readonly string[];
  readonly flag: RegExp;
  readonly what: string;
  readonly size: (text: string) => number | undefined;
}

const postgresSize = (text: string): number | undefined =>
  /^\d{1,9}$/.test(text) ? Number(text) * 8 * KIB : scaled(text.replace(/B$/, ''), /^(\d{1,12})([kMGT])$/, 1024);

const redisSize = (text: string): number | undefined => {
  const found = /^(\d{1,15})(?:(b)|([kmg])(b?))?$/i.exec(text);
  if (found === null) return undefined;
  return found[3] === undefined
    ? Number(found[1])
    : Number(found[1]) * (found[4] === '' ? 1000 : 1024) ** ('kmg'.indexOf(found[3].toLowerCase()) + 1);
};

const SERVER_FLAGS: readonly ServerFlag[] = [
  { programs: ['redis-server', 'valkey-server', 'keydb-server'], flag: /^--maxmemory$/, what: 'Redis data', size: redisSize },
  { programs: ['postgres'], flag: /^(?:--|-c)?shared[-_]buffers$/, what: 'PostgreSQL shared buffers', size: postgresSize },
  {
    programs: ['mysqld', 'mariadbd'],
    flag: /^--innodb[-_]buffer[-_]pool[-_]size$/,
    what: 'InnoDB buffer pool',
    size: (text) => scaled(text, /^(\d{1,15})([kKmMgGtTpP])?$/, 1024),
  },
  { programs: ['mongod'], flag: /^--wiredTigerCacheSizeGB$/, what: 'WiredTiger cache', size: (text) => decimal(text, GIB) },
  { programs: ['memcached'], flag: /^(?:-m|--memory-limit)$/, what: 'memcached data', size: (text) => decimal(text, MIB) },
];

function decimal(text: string, unit: number): number | undefined {
  return /^\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) * unit : undefined;
}

function serverFlag(
  program: string | undefined,
  text: string,
  next: string | undefined,
  path: Path,
  claims: MemoryClaim[],
): void {
  if (text.length > 256) return;
  // Without a command the image's entrypoint runs, and long flags still tell whose they are; `-m` does not.
  for (const { programs, flag, what, size } of SERVER_FLAGS) {
    if (program !== undefined ? !programs.includes(program) : !text.includes('-') && !text.includes('shared_buffers')) continue;
    const equals = text.search(/[= ]/);
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!flag.test(name) || (program === undefined && name === '-m')) continue;
    const value = (equals < 0 ? (next ?? '') : text.slice(equals + 1)).trim();
    const bytes = size(value);
    if (bytes === undefined || bytes === 0) return;
    claims.push({
      bytes,
      what,
      written: equals < 0 ? `${text} ${value}` : text,
      path,
      certainty: program === undefined ? 'likely' : 'certain',
    });
    return;
  }
}
