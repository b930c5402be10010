import { NEWEST, RELEASES } from '../api/kinds.ts';

declare const PODLINT_VERSION: string | undefined;

/** The version of podlint: of package.json, put in by the build. */
export const VERSION: string = typeof PODLINT_VERSION === 'undefined' ? '0.0.0-source' : PODLINT_VERSION;

/** @param node version of Node */
export function versionText(node: string): string {
  return `podlint ${VERSION} (Kubernetes ${RELEASES[0]} to ${NEWEST}, Node ${node})\n`;
}
