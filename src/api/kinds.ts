/** A Kubernetes minor release podlint judges for, as in `--kube-version`. */
export type Release = '1.30' | '1.31' | '1.32' | '1.33' | '1.34' | '1.35' | '1.36' | '1.37';

export const RELEASES: readonly Release[] = ['1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36', '1.37'];
export const NEWEST: Release = '1.37';

/** The minor number: 37 for `1.37`. */
export function minorOf(release: Release): number {
  return Number(release.slice(2));
}
