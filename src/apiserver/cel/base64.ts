import { base64Fault } from '../decode-leaves.ts';

/** The bytes of a base64 text; undefined where Go's decoder refuses it. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return base64Fault(text) >= 0 ? undefined : Uint8Array.from(atob(text.replace(/[\r\n]/g, '')), (char) => char.charCodeAt(0));
}
