import { readDataFile } from '../api/data-file.ts';
import { canonicalName, type ImageReference, parseImage } from '../api/image-reference.ts';
import { isUnknown } from '../api/unknown.ts';

/** An image that was probably meant. */
export interface NearMiss {
  /** The name to write, without tag: `alpine`, `registry.k8s.io/ingress-nginx/controller`. */
  readonly suggestion: string;
  /**
   * `official`: one of Docker's official images. `alias`: one that goes by another name (`mongodb` is `mongo`). `known`: a widely used image elsewhere. `host`: the registry's name is
   * misspelt. `set`: another image of the same manifests.
   */
  readonly of: 'official' | 'alias' | 'known' | 'host' | 'set';
  /** What is different, for a message: `two letters are swapped`. */
  readonly why: string;
}

/** An image whose repository is no longer what it was. */
export interface RetiredImage {
  /** `gone`: it cannot be pulled. `frozen`: it can, but nothing new comes. `moved`: it can for now, and is to go. */
  readonly certainty: 'gone' | 'frozen' | 'moved';
  /** The name to write instead, without tag and digest. */
  readonly replacement?: string;
  /** True when the replacement has the same tags. */
  readonly dropIn: boolean;
  /** A clause: `no image was pushed there since April 2023`. */
  readonly why: string;
  /** Where it is announced. */
  readonly link: string;
}

interface RetiredRow {
  readonly image: string;
  readonly to?: string;
  readonly tags?: 'versioned';
  readonly certainty: RetiredImage['certainty'];
  readonly dropIn: boolean;
  readonly why: string;
  readonly link: string;
}

interface DataFile {
  readonly official: readonly string[];
  readonly distinctive: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  readonly repositories: readonly string[];
  readonly retired: readonly RetiredRow[];
}

/** data/images.json. Each part is made when something first asks: most runs only ask what became of an image. */
class Known {
  readonly hosts: readonly string[];
  readonly retired: readonly RetiredRow[];
  readonly #file: DataFile;
  #official: ReadonlySet<string> | undefined;
  #distinctive: NameIndex | undefined;
  #aliases: ReadonlyMap<string, string> | undefined;
  #repositories: NameIndex | undefined;
  #repositoryNames: ReadonlySet<string> | undefined;

  constructor(file: DataFile) {
    this.hosts = file.hosts;
    this.retired = file.retired;
    this.#file = file;
  }

  get official(): ReadonlySet<string> {
    return (this.#official ??= new Set(this.#file.official));
  }

  get distinctive(): NameIndex {
    return (this.#distinctive ??= new NameIndex(this.#file.distinctive));
  }

  get aliases(): ReadonlyMap<string, string> {
    return (this.#aliases ??= new Map(Object.entries(this.#file.aliases)));
  }

  get repositories(): NameIndex {
    return (this.#repositories ??= new NameIndex(this.#file.repositories));
  }

  get repositoryNames(): ReadonlySet<string> {
    return (this.#repositoryNames ??= new Set(this.#file.repositories));
  }
}

let loaded: Known | undefined;

function known(): Known {
  return (loaded ??= new Known(readDataFile('images.json') as DataFile));
}

/**
 * Names by what is left of them without one letter: two names that one slip lies between (a letter more, less, another, or two
 * swapped) share such a rest, so that a look-up costs a name's length, however many names there are.
 */
class NameIndex {
  readonly names = new Map<string, number>();
  readonly #rests = new Map<string, string[]>();
  readonly #new: string[] = [];
  #looks = 0;

  constructor(names: Iterable<string>) {
    for (const name of names) this.add(name);
  }

  add(name: string): void {
    const count = this.names.get(name) ?? 0;
    this.names.set(name, count + 1);
    if (count === 0 && name.length <= LONGEST) this.#new.push(name);
  }

  /** The rests of names that have come since the last look: most runs never look. */
  #index(): void {
    for (const name of this.#new) {
      for (const rest of restsOf(name)) {
        const list = this.#rests.get(rest);
        if (list === undefined) this.#rests.set(rest, [name]);
        else if (list.length < 8) list.push(name);
      }
    }
    this.#new.length = 0;
  }

  /** Names at one slip from `name`, itself not among them. */
  near(name: string): string[] {
    if (name.length > LONGEST) return [];
    // The index costs as much as some hundred looks without it, and most sets have fewer names.
    if (this.#looks++ < FEW_LOOKS && this.names.size < FEW_NAMES)
      return [...this.names.keys()].filter((other) => other.length <= LONGEST && isOneStep(name, other));
    this.#index();
    const found = new Set<string>();
    for (const rest of restsOf(name)) for (const other of this.#rests.get(rest) ?? []) found.add(other);
    found.delete(name);
    return [...found].filter((other) => isOneStep(name, other));
  }
}

const LONGEST = 120;
const FEW_LOOKS = 200;
const FEW_NAMES = 2000;

/** True when one letter more, less or other, or two swapped neighbours, is all the difference. */
function isOneStep(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

function restsOf(name: string): readonly string[] {
  const rests = [name];
  for (let i = 0; i < name.length; i++) if (name[i] !== name[i - 1]) rests.push(name.slice(0, i) + name.slice(i + 1));
  return rests;
}

/** The images of one apply set, to hold each against the others. */
export class ImageSet {
  readonly #names = new NameIndex([]);

  constructor(images: Iterable<string | ImageReference> = []) {
    for (const image of images) this.add(image);
  }

  /** Once for every place it is written at. Names that cannot be parsed, and placeholders, are passed over. */
  add(image: string | ImageReference): void {
    const reference = typeof image === 'string' ? (isUnknown(image) ? undefined : parseImage(image)) : image;
    if (reference !== undefined && !('error' in reference)) this.#names.add(canonicalName(reference));
  }

  /** Another name of the set that this one, written once, seems to be a slip of. */
  near(image: ImageReference): string | undefined {
    const name = canonicalName(image);
    const count = this.#names.names.get(name) ?? 1;
    if (count > 1) return undefined;
    const candidates = this.#names.near(name).filter((other) => {
      if (segmentsOf(other) !== segmentsOf(name) || !isSlip(name, other)) return false;
      const times = this.#names.names.get(other)!;
      // Swapped or doubled letters speak for themselves; for another letter the other name must be the usual one.
      return slipOf(name, other) === 'letter' ? times >= 3 && changedSegment(name, other).length >= 8 : times >= 2;
    });
    return candidates.length === 1 ? candidates[0] : undefined;
  }
}

/**
 * The image that a name was probably meant to be: Docker's official images for names without registry and namespace (`a1pine`,
 * `ngnix`), widely used images by their whole name, registries by their host, and other images of the same set. Undefined for
 * names that are themselves known, and wherever a real name could lie so near.
 */
export function nearMiss(image: ImageReference, others: ImageSet | Iterable<string> = []): NearMiss | undefined {
  const names = known();
  const { registry, familiar } = image;
  const name = canonicalName(image);
  if (names.repositoryNames.has(name)) return undefined;
  if (registry === 'docker.io' && !familiar.includes('/')) {
    if (names.official.has(familiar)) return undefined;
    const { official, distinctive } = names;
    const alias = names.aliases.get(familiar);
    if (alias !== undefined) return { suggestion: alias, of: 'alias', why: 'Docker has no official image of that name' };
    const plain = lookAlike(familiar, official, distinctive);
    if (plain !== undefined) return { suggestion: plain, of: 'official', why: 'a digit stands for a letter that looks like it' };
    const near = distinctive.near(familiar).filter((other) => isSlip(familiar, other) && isPlausible(familiar, other));
    if (near.length === 1) return { suggestion: near[0]!, of: 'official', why: whyOf(familiar, near[0]!) };
  } else {
    const near = names.repositories.near(name).filter((other) => segmentsOf(other) === segmentsOf(name) && isSlip(name, other));
    const suggestion = near.length === 1 ? near[0]! : undefined;
    if (suggestion !== undefined && (changedSegment(name, suggestion).length >= 6 || slipOf(name, suggestion) === 'swap')) {
      return { suggestion: short(suggestion), of: 'known', why: whyOf(name, suggestion) };
    }
    const host = hostMiss(registry, names.hosts);
    if (host !== undefined)
      return { suggestion: `${host}/${image.repository}`, of: 'host', why: `the registry's name is ${host}` };
  }
  const set = others instanceof ImageSet ? others : new ImageSet(others);
  const other = set.near(image);
  return other === undefined ? undefined : { suggestion: short(other), of: 'set', why: whyOf(name, other) };
}

/** `latest`, for a tag at one slip from it. */
export function nearTag({ tag }: ImageReference): string | undefined {
  return tag !== undefined && tag !== LATEST && /^[a-z]+$/.test(tag) && isOneStep(tag, LATEST) ? LATEST : undefined;
}

const LATEST = 'latest';

function short(name: string): string {
  const reference = parseImage(name);
  return 'error' in reference ? name : reference.familiar;
}

/** `a1pine` → `alpine`, `g0lang` → `golang`: the digits taken for the letters they look like make a name. */
function lookAlike(name: string, official: ReadonlySet<string>, distinctive: NameIndex): string | undefined {
  if (!/[a-z][01]|[01][a-z]/.test(name) || name.length > 32) return undefined;
  const letters = name.replaceAll('0', 'o');
  for (const candidate of [letters.replaceAll('1', 'l'), letters.replaceAll('1', 'i')]) {
    if (candidate !== name && (candidate.length >= 6 ? official : distinctive.names).has(candidate)) return candidate;
  }
  return undefined;
}

type Slip = 'swap' | 'double' | 'missing' | 'added' | 'letter';

/** What one step lies between a name and another. */
function slipOf(name: string, other: string): Slip {
  let i = 0;
  while (i < name.length && name[i] === other[i]) i++;
  if (name.length === other.length) {
    return name[i] === other[i + 1] && name[i + 1] === other[i] ? 'swap' : 'letter';
  }
  const [longer, at] = name.length > other.length ? [name, i] : [other, i];
  // The same letter beside it: `reddis`, `postgress`, and the lack of it.
  if (longer[at] === longer[at - 1] || longer[at] === longer[at + 1]) return 'double';
  return name.length > other.length ? 'added' : 'missing';
}

/** False for differences that are names of their own: numbers, plurals, a letter at the very end, a separator. */
function isSlip(name: string, other: string): boolean {
  let i = 0;
  while (i < name.length && name[i] === other[i]) i++;
  const slip = slipOf(name, other);
  const letters =
    slip === 'swap' || slip === 'letter' ? [name[i], other[i], name[i + 1]] : [name.length > other.length ? name[i] : other[i]];
  if (letters.slice(0, slip === 'swap' ? 3 : 2).some((c) => c !== undefined && !/[a-z]/.test(c))) return false;
  if (slip === 'swap' || slip === 'double') return true;
  const [longer, shorter] = name.length > other.length ? [name, other] : [other, name];
  const last = (text: string): boolean => i + 1 >= text.length || text[i + 1] === '/' || text[i + 1] === '-';
  return !(longer.length !== shorter.length && last(longer));
}

/** For a word alone: a slip at its beginning, or of letters that neither look nor sound alike, makes another word. */
function isPlausible(name: string, other: string): boolean {
  const slip = slipOf(name, other);
  if (WORDS.has(name) || (slip !== 'swap' && name[0] !== other[0])) return false;
  if (slip === 'missing') return name.length >= 5;
  if (slip !== 'letter') return slip !== 'added' || other.length >= 7;
  let i = 0;
  while (name[i] === other[i]) i++;
  return other.length >= 7 && ALIKE.has(name[i]! < other[i]! ? name[i]! + other[i]! : other[i]! + name[i]!);
}

const ALIKE: ReadonlySet<string> = new Set(['ck', 'sz', 'iy', 'ei', 'ae', 'mn', 'vw', 'ou', 'bp', 'dt']);

/** Real words at one letter's distance from a distinctive name. */
const WORDS: ReadonlySet<string> = new Set(['aline', 'cents', 'hproxy', 'kiana', 'netcloud']);

function whyOf(name: string, other: string): string {
  switch (slipOf(name, other)) {
    case 'swap':
      return 'two letters are swapped';
    case 'double':
      return name.length > other.length ? 'a letter stands twice' : 'a double letter stands once';
    case 'missing':
      return 'a letter is missing';
    case 'added':
      return 'there is a letter too many';
    default:
      return 'one letter differs';
  }
}

function segmentsOf(name: string): number {
  let count = 1;
  for (let i = 0; i < name.length; i++) if (name[i] === '/') count++;
  return count;
}

/** The part between slashes of `other` that differs. */
function changedSegment(name: string, other: string): string {
  let i = 0;
  while (i < name.length && name[i] === other[i]) i++;
  const start = other.lastIndexOf('/', Math.max(0, i - 1)) + 1;
  const end = other.indexOf('/', i);
  return other.slice(start, end < 0 ? undefined : end);
}

/** A registry whose name is one slip from a public one: for short names only swapped letters, since `icr.io` is not `gcr.io`. */
function hostMiss(host: string, hosts: readonly string[]): string | undefined {
  if (host.length > 64 || hosts.includes(host)) return undefined;
  for (const other of hosts) {
    if (!isOneStep(host, other)) continue;
    const slip = slipOf(host, other);
    const dots = [...host].filter((c) => c === '.').length === [...other].filter((c) => c === '.').length;
    if (slip === 'swap' || (dots && other.length >= 12 && isSlip(host, other))) return other;
  }
  return undefined;
}

/** Groups of different spellings of one repository: `nginx`, `docker.io/library/nginx`. Tags and digests do not count. */
export function spellings(images: Iterable<string>): { readonly canonical: string; readonly spellings: readonly string[] }[] {
  const groups = new Map<string, Set<string>>();
  for (const image of images) {
    if (isUnknown(image)) continue;
    const reference = parseImage(image);
    if ('error' in reference) continue;
    const canonical = canonicalName(reference);
    const tail =
      (reference.tag === undefined ? 0 : reference.tag.length + 1) +
      (reference.digest === undefined ? 0 : reference.digest.length + 1);
    const written = image.slice(0, image.length - tail);
    const group = groups.get(canonical);
    if (group === undefined) groups.set(canonical, new Set([written]));
    else group.add(written);
  }
  const out: { canonical: string; spellings: string[] }[] = [];
  for (const [canonical, written] of groups) if (written.size > 1) out.push({ canonical, spellings: [...written] });
  return out;
}

/** One of Docker's official images, or a widely used one elsewhere: everybody can pull it. */
export function isWellKnown(image: ImageReference): boolean {
  const { official, repositoryNames } = known();
  return repositoryNames.has(canonicalName(image)) || (image.registry === 'docker.io' && official.has(image.familiar));
}

/** What became of an image's repository, where that is known and announced. */
export function retiredImage(image: ImageReference): RetiredImage | undefined {
  let fate = fates.get(image);
  if (fate === undefined) fates.set(image, (fate = fateOf(image) ?? null));
  return fate ?? undefined;
}

/** `parseImage` gives the same object for the same name. */
const fates = new WeakMap<ImageReference, RetiredImage | null>();

function fateOf(image: ImageReference): RetiredImage | undefined {
  const name = canonicalName(image);
  for (const row of known().retired) {
    const rest = restOf(row.image, name);
    if (rest === undefined) continue;
    // Of some, only the tags with versions went away. What a digest is of nobody can see.
    if (row.tags === 'versioned' && (image.tag === undefined || !/\d/.test(image.tag) || image.digest !== undefined)) continue;
    const { certainty, dropIn, why, link, to } = row;
    const replacement = to === undefined ? undefined : short(to.endsWith('*') ? to.slice(0, -1) + rest : to);
    return { certainty, dropIn, why, link, replacement };
  }
  return undefined;
}

/** What the star at the end of a pattern stands for (empty without one); undefined where the pattern does not match. */
function restOf(pattern: string, name: string): string | undefined {
  if (pattern.startsWith('*.')) {
    const suffix = pattern.slice(1, pattern.indexOf('/') + 1);
    const slash = name.indexOf('/');
    return slash > 0 && name.slice(0, slash + 1).endsWith(suffix) ? name.slice(slash + 1) : undefined;
  }
  if (!pattern.endsWith('*')) return pattern === name ? '' : undefined;
  const prefix = pattern.slice(0, -1);
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : undefined;
}
