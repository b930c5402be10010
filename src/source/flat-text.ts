/** V8 cuts no text of this length out of another one without holding on to the whole. */
const SHORT = 13;

/** The same text, which is no part of a longer one: who keeps it keeps nothing else. */
export function flat(text: string): string {
  if (text.length < SHORT) return text;
  const copy = Buffer.from(text, 'latin1').toString('latin1');
  return copy === text ? copy : Buffer.from(text, 'utf16le').toString('utf16le');
}
