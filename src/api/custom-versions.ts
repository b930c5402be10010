/**
 * The warning that the server sends with every request for a deprecated version of a custom kind, where the definition words none itself.
 *
 * Mirrors defaultDeprecationWarning of apiextensions-apiserver/pkg/apiserver/customresource_handler.go.
 * @param served the versions that are served and not deprecated
 */
export function deprecationWarning(group: string, version: string, kind: string, served: readonly string[]): string {
  const [newest] = served.filter((other) => compareVersions(version, other) < 0).sort((a, b) => compareVersions(b, a));
  return `${group}/${version} ${kind} is deprecated${newest === undefined ? '' : `; use ${group}/${newest} ${kind}`}`;
}

const TYPES = ['alpha', 'beta', undefined];

/** By maturity, then by number: `v2` over `v1` over `v1beta1` over `v1alpha1` over all that has another form. */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  const [one, other] = [/^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(a), /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(b)];
  if (one === null || other === null) return one === other ? (a < b ? 1 : -1) : one === null ? -1 : 1;
  return (
    TYPES.indexOf(one[2]) - TYPES.indexOf(other[2]) ||
    Number(one[1]) - Number(other[1]) ||
    Number(one[3] ?? 0) - Number(other[3] ?? 0)
  );
}
