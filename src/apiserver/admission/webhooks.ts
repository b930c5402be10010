import { asArray, asObject, asString, isObject, type JsonObject } from '../../api/manifest.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../cluster/object.ts';
import type { Known } from '../verdict.ts';
import { creationOf, creationOfPod } from './creation.ts';
import { type Creation, matchesResources } from './resource-match.ts';

/** A webhook without whose answer objects of the set are not admitted. */
export interface DecidingWebhook {
  /** The ValidatingWebhookConfiguration or MutatingWebhookConfiguration. */
  readonly configuration: KubeObject;
  readonly index: number;
  readonly name: string;
  /** `Service webhooks/checker`, or a URL; undefined where it is not said. */
  readonly asked: string | undefined;
  /** Objects of the set that it is asked about, itself or their Pods. */
  readonly objects: readonly KubeObject[];
}

const KINDS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'];
const GROUP = 'admissionregistration.k8s.io';

/**
 * The webhooks of the set and the facts with failurePolicy Fail that are certainly asked about objects of the set. Mirrors
 * ShouldCallHook of k8s.io/apiserver/pkg/admission/plugin/webhook/generic, but for match conditions: a webhook with some is left out.
 */
export function decidingWebhooks(cluster: Cluster, knownOf: (object: KubeObject) => Known): readonly DecidingWebhook[] {
  const configurations = KINDS.flatMap((kind) => cluster.ofKind(kind)).filter((it) => it.group === GROUP && it.decodes);
  if (configurations.length === 0) return [];
  const sent = creationsOf(cluster, knownOf);
  const found: DecidingWebhook[] = [];
  for (const configuration of configurations) {
    for (const [index, item] of asArray(configuration.value['webhooks']).entries()) {
      if (!isObject(item) || !mustAnswer(item)) continue;
      const match = { ...item, resourceRules: item['rules'], excludeResourceRules: undefined };
      const hasRules = asArray(item['rules']).length > 0;
      const objects = hasRules
        ? sent.filter(([, creations]) => creations.some((it) => matchesResources(match, it) === true))
        : [];
      if (objects.length === 0) continue;
      const name = asString(item['name']) ?? '';
      found.push({ configuration, index, name, asked: askedOf(item), objects: objects.map(([object]) => object) });
    }
  }
  return found;
}

function mustAnswer(webhook: JsonObject): boolean {
  const policy = webhook['failurePolicy'];
  return (policy === undefined || policy === null || policy === 'Fail') && asArray(webhook['matchConditions']).length === 0;
}

function askedOf(webhook: JsonObject): string | undefined {
  const client = asObject(webhook['clientConfig']);
  const service = asObject(client?.['service']);
  if (service === undefined) return asString(client?.['url']);
  return `Service ${asString(service['namespace']) ?? ''}/${asString(service['name']) ?? ''}`;
}

/** What is sent for each object of the set: itself, and the Pods that are made of it. */
function creationsOf(
  cluster: Cluster,
  knownOf: (object: KubeObject) => Known,
): readonly (readonly [KubeObject, readonly Creation[]])[] {
  const all: (readonly [KubeObject, readonly Creation[]])[] = [];
  for (const object of cluster.own) {
    const known = knownOf(object);
    if (!object.decodes || known.by === 'nothing' || object.group === GROUP) continue;
    const creations = [creationOf(cluster, object, known)];
    const pod = cluster.podOf(object);
    if (pod !== undefined && object.kind !== 'Pod' && object.builtIn) creations.push(creationOfPod(cluster, pod));
    all.push([object, creations]);
  }
  return all;
}
