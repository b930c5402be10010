import type { LabelSelector } from '../api/label-selector.ts';

export type Labels = Readonly<Record<string, string>>;

/** Selects nothing, as an absent selector does. */
export const NO_SELECTOR: LabelSelector = { requirements: [], nothing: true, open: false };
