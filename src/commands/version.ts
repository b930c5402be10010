import { NEWEST, RELEASES } from '../api/kinds.ts';

declare const PODLINT_VERSION: string | undefined;
declare const PODLINT_BUILD: string | undefined;

/** The version of podlint: of package.json, put in by the build. */
export const VERSION: string = typeof PODLINT_VERSION === 'undefined' ? '0.0.0-source' : PODLINT_VERSION;

/** What this program was built from, as a digest; undefined when it runs from source. */
export const BUILD: string | undefined = typeof PODLINT_BUILD === 'undefined' ? undefined : PODLINT_BUILD;

/** @param node version of Node */
export function versionText(node: string): string {
  return `podlint ${VERSION} (Kubernetes ${RELEASES[0]} to ${NEWEST}, Node ${node})\n`;
}
