import { isUnknown } from '../../api/unknown.ts';
import { quoteGo } from '../go-print.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../validate/scope.ts';
import type { WarningList } from './list.ts';

/** Up to 1.33, a projected source without paths of its own was held against the rest with those of the source before. */
const OWN_PATHS_SINCE = 34;

/** ClusterTrustBundleProjection and PodCertificateRequest are on by default from 1.37; before, the sources are dropped. */
const CERTIFICATES_SINCE = 37;

/** A file that a volume makes, and where it comes from. */
interface File {
  readonly path: string;
  readonly source: string;
}

/**
 * Files of one volume that hide each other: the same path twice, or one below the other.
 * Mirrors warningsForOverlappingVirtualPaths of pkg/api/pod/warnings.go.
 */
export function warnOverlappingPaths(list: WarningList, volumes: readonly unknown[]): void {
  for (let i = 0; i < volumes.length; i++) {
    const volume = fieldsOf(volumes[i]);
    const { configMap, secret, downwardAPI, projected } = volume;
    if (!isSet(configMap) && !isSet(secret) && !isSet(downwardAPI) && !isSet(projected)) continue;
    const name = quoteGo(textOf(volume['name']));
    const warn = (what: string, files: readonly File[], tree: FileTree): void => {
      for (const file of files) {
        if (list.isFull) return;
        for (const other of tree.add(file)) {
          const text = `volume ${name} (${what}): overlapping paths: ${print(file)} with ${print(other)}`;
          list.addBare(['spec', 'volumes', i], text);
        }
      }
    };
    if (isSet(configMap)) {
      const map = fieldsOf(configMap);
      warn(`ConfigMap ${quoteGo(textOf(map['name']))}`, filesOf(map['items'], ''), new FileTree());
    }
    if (isSet(secret)) {
      const map = fieldsOf(secret);
      warn(`Secret ${quoteGo(textOf(map['secretName']))}`, filesOf(map['items'], ''), new FileTree());
    }
    if (isSet(downwardAPI)) warn('DownwardAPI', filesOf(fieldsOf(downwardAPI)['items'], ''), new FileTree());
    if (!isSet(projected)) continue;
    const tree = new FileTree();
    let files: readonly File[] = [];
    for (const source of itemsOf(fieldsOf(projected)['sources'])) {
      const own = projectedFiles(source, list.minor);
      if (own === undefined) list.addBare(['spec', 'volumes', i], `volume ${name} (Projected) has no sources provided`);
      else {
        if (own !== NO_FILES || list.minor >= OWN_PATHS_SINCE) files = own;
        warn('Projected', files, tree);
      }
    }
  }
}

function print({ path, source }: File): string {
  return source === '' ? quoteGo(path) : `${quoteGo(path)} (${source})`;
}

function filesOf(items: unknown, source: string): File[] {
  return itemsOf(items).map((item) => fileOf(fieldsOf(item)['path'], source));
}

function fileOf(path: unknown, source: string): File {
  let text = textOf(path);
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 47) end--;
  text = text.slice(0, end);
  // Nothing can be said of a path that is not known.
  return { path: isUnknown(text) ? '' : text, source };
}

/** Undefined for an entry without any source, as the release sees it. */
function projectedFiles(entry: unknown, minor: number): readonly File[] | undefined {
  const source = fieldsOf(entry);
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  const clusterTrustBundle = minor >= CERTIFICATES_SINCE ? source['clusterTrustBundle'] : undefined;
  const podCertificate = minor >= CERTIFICATES_SINCE ? source['podCertificate'] : undefined;
  if (isSet(configMap) && isSet(fieldsOf(configMap)['items'])) {
    return filesOf(fieldsOf(configMap)['items'], `ConfigMap ${quoteGo(textOf(fieldsOf(configMap)['name']))}`);
  }
  if (isSet(secret) && isSet(fieldsOf(secret)['items'])) {
    return filesOf(fieldsOf(secret)['items'], `Secret ${quoteGo(textOf(fieldsOf(secret)['name']))}`);
  }
  if (isSet(downwardAPI) && isSet(fieldsOf(downwardAPI)['items'])) return filesOf(fieldsOf(downwardAPI)['items'], 'DownwardAPI');
  if (isSet(serviceAccountToken)) return [fileOf(fieldsOf(serviceAccountToken)['path'], 'ServiceAccountToken')];
  if (isSet(clusterTrustBundle)) {
    const { name, signerName, path } = fieldsOf(clusterTrustBundle);
    return [fileOf(path, `ClusterTrustBundle ${quoteGo(textOf(name ?? signerName))}`)];
  }
  if (isSet(podCertificate)) {
    const { certificateChainPath, keyPath, credentialBundlePath } = fieldsOf(podCertificate);
    return [
      fileOf(certificateChainPath, 'PodCertificate chain'),
      fileOf(keyPath, 'PodCertificate key'),
      fileOf(credentialBundlePath, 'PodCertificate credential bundle'),
    ];
  }
  return isSet(configMap) || isSet(secret) || isSet(downwardAPI) || isUnknown(entry) ? NO_FILES : undefined;
}

/** A source that takes everything under the names it has. */
const NO_FILES: readonly File[] = [];

interface Directory {
  readonly files: number[];
  entries: Map<string, Directory> | undefined;
}

/** Enough for everything that anybody means, and a bound on what hostile volumes cost. */
const MOST_OVERLAPS = 64;
const MOST_STEPS = 256;

/** The files so far by their directories, so that each new one finds what it overlaps without a look at all others. */
class FileTree {
  private readonly files: File[] = [];
  private readonly root: Directory = { files: [], entries: undefined };

  /** Adds a file and gives the earlier ones that it overlaps, in their order. */
  add(file: File): File[] {
    if (file.path === '') return [];
    const steps = file.path.split('/', MOST_STEPS + 1);
    if (steps.length > MOST_STEPS) return [];
    const found: number[] = [];
    let directory = this.root;
    for (const step of steps) {
      for (const other of directory.files) if (found.length < MOST_OVERLAPS) found.push(other);
      directory.entries ??= new Map();
      let next = directory.entries.get(step);
      if (next === undefined) {
        next = { files: [], entries: undefined };
        directory.entries.set(step, next);
      }
      directory = next;
    }
    const below = [directory];
    for (let one = below.pop(); one !== undefined && found.length < MOST_OVERLAPS; one = below.pop()) {
      for (const other of one.files) if (found.length < MOST_OVERLAPS) found.push(other);
      if (one.entries !== undefined) for (const next of one.entries.values()) below.push(next);
    }
    if (directory.files.length < MOST_OVERLAPS) directory.files.push(this.files.length);
    this.files.push(file);
    return found.sort((a, b) => a - b).map((at) => this.files[at]!);
  }
}
