import { NEWEST, RELEASES } from '../api/kinds.ts';

declare const PODLINT_VERSION: string | undefined;

/** The version of podlint: of package.json, put in by the build. */
export const VERSION: string = typeof PODLINT_VERSION === 'undefined' ? '0.0.0-source' : PODLINT_VERSION;

export function versionText(): string {
  return `podlint ${VERSION} (Kubernetes ${RELEASES[0]} to ${NEWEST}, Node ${process.versions.node})\n`;
}
