import { matchesSelector, parseLabelSelector } from '../../api/label-selector.ts';
import { asArray, asObject, asString, isObject, type JsonObject } from '../../api/manifest.ts';
import { isUnknown } from '../../api/unknown.ts';

/** The creation of an object, or its change, as rules that choose resources see it. */
export interface Creation {
  readonly operation: 'CREATE' | 'UPDATE';
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural: `deployments`. */
  readonly resource: string;
  /** Undefined where it is made up later. */
  readonly name: string | undefined;
  /** Empty for cluster-scoped objects, and for a Namespace itself. */
  readonly namespace: string;
  readonly labels: JsonObject;
  /** Of its namespace, or of itself for a Namespace; undefined where nobody shows them. */
  readonly namespaceLabels: JsonObject | undefined;
}

/**
 * Whether a MatchResources means a creation; undefined where placeholders, labels that nobody shows or the server's
 * other versions of the resource decide. Mirrors Matches of k8s.io/apiserver/pkg/admission/plugin/policy/matching.
 */
export function matchesResources(match: unknown, creation: Creation): boolean | undefined {
  if (match === undefined || match === null) return true;
  if (!isObject(match)) return undefined;
  const namespace = matchesNamespace(match['namespaceSelector'], creation);
  const object = selected(match['objectSelector'], creation.labels);
  if (namespace === false || object === false) return false;
  const policy = match['matchPolicy'];
  const excluded = matchesRules(match['excludeResourceRules'], policy, creation);
  if (excluded === true) return false;
  const rules = asArray(match['resourceRules']);
  const included = rules.length === 0 ? !isUnknown(match['resourceRules']) || undefined : matchesRules(rules, policy, creation);
  if (included === false) return false;
  return namespace === undefined || object === undefined || excluded === undefined || included === undefined ? undefined : true;
}

/** An absent selector selects everything here. */
function selected(selector: unknown, labels: JsonObject | undefined): boolean | undefined {
  if (selector === undefined || selector === null) return true;
  const parsed = parseLabelSelector(selector);
  if (parsed === undefined) return undefined;
  if (parsed.requirements.length === 0 && !parsed.open) return true;
  return labels === undefined ? undefined : matchesSelector(parsed, labels);
}

function matchesNamespace(selector: unknown, { namespace, kind, namespaceLabels }: Creation): boolean | undefined {
  if (namespace === '' && kind !== 'Namespace') return true;
  const verdict = selected(selector, namespaceLabels);
  if (verdict !== undefined || namespaceLabels !== undefined) return verdict;
  // Of a namespace that nobody shows, the label with its name is known all the same.
  const parsed = parseLabelSelector(selector);
  const named = parsed?.requirements.filter(({ key }) => key === NAME_LABEL) ?? [];
  const fits = matchesSelector({ requirements: named, nothing: false, open: false }, { [NAME_LABEL]: namespace });
  return fits === false || (fits === true && !parsed?.open && named.length === parsed?.requirements.length) ? fits : undefined;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

function matchesRules(rules: unknown, policy: unknown, creation: Creation): boolean | undefined {
  let all: boolean | undefined = isUnknown(rules) ? undefined : false;
  for (const item of asArray(rules)) {
    const rule = asObject(item);
    const fits = rule === undefined ? undefined : matchesRule(rule, policy, creation);
    if (fits === true) return true;
    if (fits === undefined) all = undefined;
  }
  return all;
}

function matchesRule(rule: JsonObject, policy: unknown, creation: Creation): boolean | undefined {
  const parts = [
    matchesScope(rule['scope'], creation),
    listed(rule['operations'], creation.operation),
    listed(rule['apiGroups'], creation.group),
    listedResource(rule['resources'], creation.resource),
    matchesName(rule['resourceNames'], creation.name),
  ];
  if (parts.includes(false)) return false;
  const version = listed(rule['apiVersions'], creation.version);
  // Another version of the same resource is converted to, unless the match must be exact.
  if (version === false) return policy === 'Exact' ? false : undefined;
  return version === undefined || parts.includes(undefined) ? undefined : true;
}

function matchesScope(scope: unknown, { namespace, kind, group }: Creation): boolean | undefined {
  if (scope === undefined || scope === null || scope === '*') return true;
  if (isUnknown(scope)) return undefined;
  const cluster = namespace === '' || (kind === 'Namespace' && group === '');
  return scope === 'Namespaced' ? !cluster : scope === 'Cluster' && cluster;
}

function listed(list: unknown, wanted: string): boolean | undefined {
  let unknown = isUnknown(list);
  for (const item of asArray(list)) {
    if (item === '*' || item === wanted) return true;
    if (isUnknown(item)) unknown = true;
  }
  return unknown ? undefined : false;
}

/** `deployments`, `*`, `*` with any subresource; none of the subresources is created by itself here. */
function listedResource(list: unknown, wanted: string): boolean | undefined {
  let unknown = isUnknown(list);
  for (const item of asArray(list)) {
    const text = asString(item);
    if (text === undefined) continue;
    if (isUnknown(text)) unknown = true;
    const [resource, sub] = text.split('/', 2) as [string, string | undefined];
    if ((resource === '*' || resource === wanted) && (sub === undefined || sub === '' || sub === '*')) return true;
  }
  return unknown ? undefined : false;
}

function matchesName(names: unknown, name: string | undefined): boolean | undefined {
  if (asArray(names).length === 0) return isUnknown(names) ? undefined : true;
  return name === undefined || isUnknown(name) ? undefined : listed(names, name) === true;
}
