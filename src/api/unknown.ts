/**
 * Values that something fills in later: Flux and envsubst (`${VAR}`, `${VAR:=default}`), Helm and Go templates (`{{ … }}`),
 * SOPS (`ENC[…]`). podlint does not know them; a rule fires only if every completion would be wrong.
 */
export function isUnknown(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const dollar = value.indexOf('${');
  if (dollar >= 0 && value.indexOf('}', dollar + 2) > 0) return true;
  const brace = value.indexOf('{{');
  if (brace >= 0 && value.indexOf('}}', brace + 2) > 0) return true;
  return value.startsWith('ENC[') && value.endsWith(']');
}
