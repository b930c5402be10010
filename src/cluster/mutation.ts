import type { JsonObject } from '../api/manifest.ts';
import type { KubeObject } from './object.ts';

/** What mutating admission policies say of an object, or of the Pods that are made of it. */
export interface Mutation {
  /** They are asked, and what they make of it is not known for certain: what keeps it from being so, as `MutatingAdmissionPolicy x`. */
  readonly open: string | undefined;
  /** Who has changed it, where something is changed for certain. */
  readonly by?: string;
  /** Policies whose mutation fails, so that the request is denied. */
  readonly refusals: readonly MutationRefusal[];
}

export interface MutationRefusal {
  readonly policy: KubeObject;
  readonly binding: KubeObject;
  readonly params: KubeObject | undefined;
  /** Of `spec.mutations`; undefined where a condition of the policy fails. */
  readonly index: number | undefined;
  readonly message: string;
  /** The whole answer of the server. */
  readonly says: string;
}

/** What becomes of the Pods of a template when a controller makes them. */
export interface MutatedPod {
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  readonly mutation: Mutation;
}
