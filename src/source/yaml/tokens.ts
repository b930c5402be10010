/** Token kinds of the scanner, as in YAML's own grammar. */
export const STREAM_END = 0;
export const VERSION_DIRECTIVE = 1;
export const TAG_DIRECTIVE = 2;
export const DOCUMENT_START = 3;
export const DOCUMENT_END = 4;
export const BLOCK_SEQUENCE_START = 5;
export const BLOCK_MAPPING_START = 6;
export const BLOCK_END = 7;
export const FLOW_SEQUENCE_START = 8;
export const FLOW_SEQUENCE_END = 9;
export const FLOW_MAPPING_START = 10;
export const FLOW_MAPPING_END = 11;
export const BLOCK_ENTRY = 12;
export const FLOW_ENTRY = 13;
export const KEY = 14;
export const VALUE = 15;
export const ALIAS = 16;
export const ANCHOR = 17;
export const TAG = 18;
export const SCALAR = 19;

export interface Token {
  readonly type: number;
  /** Offsets in the text, and the line of `start`, from 0. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** A scalar's content, the name of an anchor or alias, the handle of a tag or %TAG. */
  readonly value: string;
  /** The suffix of a tag, the prefix of %TAG, the version of %YAML. */
  readonly suffix: string;
  /** Of a scalar: whether it stands without quotes and is no block scalar. */
  readonly plain: boolean;
}
