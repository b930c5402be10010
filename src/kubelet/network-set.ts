import { isObject } from '../api/manifest.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Layer } from '../cluster/layer.ts';
import type { KubeObject } from '../cluster/object.ts';
import type { SourceDocument } from '../source/document.ts';
import { type NetworkConflict, type NetworkDeclaration, networkConflicts, networkDeclarations } from './pod-network.ts';

/** Who declares: an object, or a document that is none (a file of kubeadm or kind). */
export type Declarer = { readonly document: SourceDocument; readonly object?: KubeObject };

export interface DeclaredConflict extends Omit<NetworkConflict, 'a' | 'b'> {
  /** The declaration that stands first, in the facts or in the set. */
  readonly first: NetworkDeclaration & Declarer;
  readonly second: NetworkDeclaration & Declarer;
}

/** Contradictions about the addresses of Pods and Services among the facts and the documents of a set, each at its second declaration. */
export class NetworkSet {
  readonly #declared: (NetworkDeclaration & Declarer)[] = [];
  readonly #objects = new Map<SourceDocument, KubeObject[]>();

  constructor(cluster: Cluster) {
    for (const object of cluster.own) {
      if (object.origin === 'set') {
        const list = this.#objects.get(object.document);
        if (list) list.push(object);
        else this.#objects.set(object.document, [object]);
      } else declare(object, this.#declared);
    }
    for (const layer of cluster.around) for (const one of declaredIn(layer)) this.#declared.push(one);
  }

  /** Takes in a document of the set, and says what of it contradicts what came before. */
  add(document: SourceDocument): DeclaredConflict[] {
    const own: (NetworkDeclaration & Declarer)[] = [];
    const objects = this.#objects.get(document) ?? [];
    for (const object of objects) for (const one of networkDeclarations(object.value)) own.push({ ...one, document, object });
    if (objects.length === 0 && isObject(document.value))
      for (const one of networkDeclarations(document.value)) own.push({ ...one, document });
    const found: DeclaredConflict[] = [];
    for (const second of own) {
      for (const first of this.#declared) {
        const conflict = networkConflicts([first, second])[0];
        if (conflict !== undefined)
          found.push({ kind: conflict.kind, certainty: conflict.certainty, says: conflict.says, first, second });
      }
      if (this.#declared.length < MOST) this.#declared.push(second);
    }
    return found;
  }
}

const declaredAround = new WeakMap<Layer, (NetworkDeclaration & Declarer)[]>();

/** Of what lies around many sets. */
function declaredIn(layer: Layer): readonly (NetworkDeclaration & Declarer)[] {
  let declared = declaredAround.get(layer);
  if (declared === undefined) {
    declared = [];
    for (const object of layer.objects) declare(object, declared);
    declaredAround.set(layer, declared);
  }
  return declared;
}

function declare(object: KubeObject, into: (NetworkDeclaration & Declarer)[]): void {
  for (const one of networkDeclarations(object.value)) into.push({ ...one, document: object.document, object });
}

/** So many declarations are compared; a repository of whole clusters has more, and means nothing by their differing. */
const MOST = 64;
