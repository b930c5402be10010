/**
 * The name formats of the API. Each function returns the server's complaints about a value, exactly worded, or the shared
 * empty list. `minor` is the server's minor release.
 *
 * Mirrors k8s.io/apimachinery/pkg/util/validation and pkg/api/validate/content (to which label keys and values moved
 * in 1.35, with another wording).
 */
const NONE: readonly string[] = [];

const LABEL_FORMAT = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN_FORMAT = `${LABEL_FORMAT}(\\.${LABEL_FORMAT})*`;
const UNDERSCORE_LABEL_FORMAT = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORE_SUBDOMAIN_FORMAT = `${UNDERSCORE_LABEL_FORMAT}(\\.${UNDERSCORE_LABEL_FORMAT})*`;
const LABEL_KEY_FORMAT = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

/** Length in bytes of UTF-8, as Go counts. */
export function byteLength(value: string): number {
  return Buffer.byteLength(value);
}

/** True when the value has more than `max` bytes. Counts only where the number of characters leaves it open. */
export function longerThan(value: string, max: number): boolean {
  if (value.length > max) return true;
  return value.length * 3 > max && byteLength(value) > max;
}

export function maxLengthMessage(max: number): string {
  return `must be no more than ${max} characters`;
}

export function rangeMessage(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

export function regexMessage(message: string, format: string, ...examples: string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  return `${message} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${format}')`;
}

/** `[a-z0-9]` */
function isLowerAlnum(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}
/** `[A-Za-z0-9]` */
function isAlnum(code: number): boolean {
  return isLowerAlnum(code) || (code >= 65 && code <= 90);
}

/** `[a-z0-9]([-a-z0-9]*[a-z0-9])?` from `from` up to `to`. */
function isLabel(value: string, from: number, to: number): boolean {
  if (from >= to || !isLowerAlnum(value.charCodeAt(from)) || !isLowerAlnum(value.charCodeAt(to - 1))) return false;
  for (let i = from + 1; i < to - 1; i++) {
    const code = value.charCodeAt(i);
    if (!isLowerAlnum(code) && code !== 45) return false;
  }
  return true;
}

/** Labels joined by dots; the loop ends each label where a dot stands. */
function isSubdomain(value: string, from = 0): boolean {
  let start = from;
  const length = value.length;
  for (let i = from; i <= length; i++) {
    if (i === length || value.charCodeAt(i) === 46) {
      if (!isLabel(value, start, i)) return false;
      start = i + 1;
    }
  }
  return true;
}

/** `([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]` from `from`. */
function isLabelKeyName(value: string, from: number): boolean {
  const last = value.length - 1;
  if (last < from || !isAlnum(value.charCodeAt(from)) || !isAlnum(value.charCodeAt(last))) return false;
  for (let i = from + 1; i < last; i++) {
    const code = value.charCodeAt(i);
    if (!isAlnum(code) && code !== 45 && code !== 46 && code !== 95) return false;
  }
  return true;
}

/** A label of a DNS name: a Namespace, a container, a volume. */
export function dns1123LabelFaults(value: string): readonly string[] {
  if (value.length <= 63 && isLabel(value, 0, value.length)) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 63)) faults.push(maxLengthMessage(63));
  if (!isLabel(value, 0, value.length)) {
    faults.push(
      isSubdomain(value)
        ? 'must not contain dots'
        : regexMessage(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
            LABEL_FORMAT,
            'my-name',
            '123-abc',
          ),
    );
  }
  return faults;
}

/** A DNS name: most objects. */
export function dns1123SubdomainFaults(value: string): readonly string[] {
  if (value.length <= 253 && isSubdomain(value)) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 253)) faults.push(maxLengthMessage(253));
  if (!isSubdomain(value)) {
    faults.push(
      regexMessage(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        SUBDOMAIN_FORMAT,
        'example.com',
      ),
    );
  }
  return faults;
}

/** A DNS name whose labels may hold underscores (DNS search paths since 1.32). */
export function dns1123SubdomainWithUnderscoreFaults(value: string, minor: number): readonly string[] {
  const fits = isUnderscoreSubdomain(value);
  if (value.length <= 253 && fits) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 253)) faults.push(maxLengthMessage(253));
  if (!fits) {
    faults.push(
      regexMessage(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        minor >= 34 ? UNDERSCORE_SUBDOMAIN_FORMAT : SUBDOMAIN_FORMAT,
        'example.com',
      ),
    );
  }
  return faults;
}

function isUnderscoreSubdomain(value: string): boolean {
  let start = 0;
  for (let i = 0; i <= value.length; i++) {
    if (i < value.length && value.charCodeAt(i) !== 46) continue;
    const from = value.charCodeAt(start) === 95 ? start + 1 : start;
    if (from >= i || !isLowerAlnum(value.charCodeAt(from)) || !isLowerAlnum(value.charCodeAt(i - 1))) return false;
    for (let j = from + 1; j < i - 1; j++) {
      const code = value.charCodeAt(j);
      if (!isLowerAlnum(code) && code !== 45 && code !== 95) return false;
    }
    start = i + 1;
  }
  return true;
}

/** A label that does not start with a digit: a Service up to 1.35. */
export function dns1035LabelFaults(value: string): readonly string[] {
  const first = value.charCodeAt(0);
  const fits = first >= 97 && first <= 122 && isLabel(value, 0, value.length);
  if (fits && value.length <= 63) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 63)) faults.push(maxLengthMessage(63));
  if (!fits) {
    faults.push(
      regexMessage(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        '[a-z]([-a-z0-9]*[a-z0-9])?',
        'my-name',
        'abc-123',
      ),
    );
  }
  return faults;
}

/** `*.` and a DNS name: an Ingress host. */
export function wildcardSubdomainFaults(value: string): readonly string[] {
  const fits = value.startsWith('*.') && isSubdomain(value, 2);
  if (fits && value.length <= 253) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 253)) faults.push(maxLengthMessage(253));
  if (!fits) {
    faults.push(
      regexMessage(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        `\\*\\.${SUBDOMAIN_FORMAT}`,
        '*.example.com',
      ),
    );
  }
  return faults;
}

/** Keys that were found right. Label keys repeat from object to object. */
const rightKeys = new Set<string>();
const MOST_RIGHT_KEYS = 4096;

/** A qualified name, alias label key: labels, annotations, finalizers, taints, resources. `[prefix/]name`. */
export function qualifiedNameFaults(value: string, minor: number): readonly string[] {
  if (rightKeys.has(value)) return NONE;
  const faults = computeQualifiedNameFaults(value, minor);
  if (faults.length === 0 && value.length <= 317) {
    if (rightKeys.size >= MOST_RIGHT_KEYS) rightKeys.clear();
    rightKeys.add(value);
  }
  return faults;
}

const LABEL_KEY_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

function computeQualifiedNameFaults(value: string, minor: number): readonly string[] {
  const slash = value.indexOf('/');
  const label = (): string => regexMessage(LABEL_KEY_MESSAGE, LABEL_KEY_FORMAT, 'MyName', 'my.name', '123-abc');
  if (slash >= 0 && value.indexOf('/', slash + 1) >= 0) {
    const what = minor >= 35 ? 'a valid label key' : 'a qualified name';
    return [`${what} ${label()} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const unit = minor >= 35 ? 'bytes' : 'characters';
  let faults: string[] | undefined;
  if (slash === 0) {
    faults = ['prefix part must be non-empty'];
  } else if (slash > 0) {
    const prefix = value.slice(0, slash);
    const messages = dns1123SubdomainFaults(prefix);
    if (messages.length > 0) {
      faults = messages.map(
        (message) => `prefix part ${message === maxLengthMessage(253) ? `must be no more than 253 ${unit}` : message}`,
      );
    }
  }
  const name = slash < 0 ? value : value.slice(slash + 1);
  if (name === '') (faults ??= []).push('name part must be non-empty');
  else if (longerThan(name, 63)) (faults ??= []).push(`name part must be no more than 63 ${unit}`);
  if (!isLabelKeyName(name, 0)) (faults ??= []).push(`name part ${label()}`);
  return faults ?? NONE;
}

/** A label's value; may be empty. */
export function labelValueFaults(value: string, minor: number): readonly string[] {
  const fits = value === '' || isLabelKeyName(value, 0);
  if (fits && value.length <= 63) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 63)) faults.push(minor >= 35 ? 'must be no more than 63 bytes' : maxLengthMessage(63));
  if (!fits) {
    faults.push(
      regexMessage(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        `(${LABEL_KEY_FORMAT})?`,
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  }
  return faults;
}

/**
 * An environment variable's name. Since 1.32 (RelaxedEnvironmentVariableValidation) anything printable in ASCII but `=`,
 * before that an identifier with dots and dashes.
 */
export function envVarNameFaults(value: string, minor: number): readonly string[] {
  return minor >= 32 ? relaxedEnvVarNameFaults(value) : strictEnvVarNameFaults(value);
}

function relaxedEnvVarNameFaults(value: string): readonly string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 32 || code > 126 || code === 61) {
      return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
    }
  }
  return NONE;
}

/** `[-._a-zA-Z][-._a-zA-Z0-9]*`, and no `..` at the start. */
export function strictEnvVarNameFaults(value: string): readonly string[] {
  const fits = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(value);
  if (fits && value.charCodeAt(0) !== 46) return NONE;
  const faults: string[] = [];
  if (!fits) {
    faults.push(
      regexMessage(
        "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
        '[-._a-zA-Z][-._a-zA-Z0-9]*',
        'my.env-name',
        'MY_ENV.NAME',
        'MyEnvName1',
      ),
    );
  }
  pushDotFault(faults, value);
  return faults;
}

function pushDotFault(faults: string[], value: string): void {
  if (value === '.') faults.push("must not be '.'");
  else if (value === '..') faults.push("must not be '..'");
  else if (value.startsWith('..')) faults.push("must not start with '..'");
}

/** A key of a ConfigMap's or Secret's data. */
export function configMapKeyFaults(value: string): readonly string[] {
  const fits = isConfigMapKey(value);
  if (fits && value.length <= 253 && value.charCodeAt(0) !== 46) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 253)) faults.push(maxLengthMessage(253));
  if (!fits) {
    faults.push(
      regexMessage(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        '[-._a-zA-Z0-9]+',
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  pushDotFault(faults, value);
  return faults;
}

function isConfigMapKey(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (!isAlnum(code) && code !== 45 && code !== 46 && code !== 95) return false;
  }
  return value !== '';
}

/** The name of a port: an IANA service name. */
export function portNameFaults(value: string): readonly string[] {
  let charset = value !== '';
  let letter = false;
  let double = false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 97 && code <= 122) letter = true;
    else if (code === 45) double ||= value.charCodeAt(i + 1) === 45;
    else if (code < 48 || code > 57) charset = false;
  }
  const edge = value.startsWith('-') || value.endsWith('-');
  if (charset && letter && !double && !edge && value.length <= 15) return NONE;
  const faults: string[] = [];
  if (longerThan(value, 15)) faults.push(maxLengthMessage(15));
  if (!charset) faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!letter) faults.push('must contain at least one letter (a-z)');
  if (double) faults.push('must not contain consecutive hyphens');
  if (edge) faults.push('must not begin or end with a hyphen');
  return faults;
}

/** A port number: 1 to 65535. */
export function portNumberFaults(value: number): readonly string[] {
  return value >= 1 && value <= 65535 ? NONE : [rangeMessage(1, 65535)];
}

/** A user or group id: 0 to 2^31-1. */
export function userIdFaults(value: number): readonly string[] {
  return value >= 0 && value <= 2147483647 ? NONE : [rangeMessage(0, 2147483647)];
}

/** `25%` */
export function percentFaults(value: string): readonly string[] {
  if (isPercent(value)) return NONE;
  return [regexMessage("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', '1%', '93%')];
}

function isPercent(value: string): boolean {
  const last = value.length - 1;
  if (last < 1 || value.charCodeAt(last) !== 37) return false;
  for (let i = 0; i < last; i++) {
    const code = value.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** The name of an HTTP header, for probes and hooks. */
export function httpHeaderNameFaults(value: string): readonly string[] {
  for (let i = 0; i < value.length || i === 0; i++) {
    const code = value.charCodeAt(i);
    if (!isAlnum(code) && code !== 45) {
      return [
        regexMessage("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', 'X-Header-Name'),
      ];
    }
  }
  return NONE;
}

/** `[A-Za-z_][A-Za-z0-9_]*` */
export function cIdentifierFaults(value: string): readonly string[] {
  const first = value.charCodeAt(0);
  let fits = isAlnum(first) ? first > 57 : first === 95;
  for (let i = 1; fits && i < value.length; i++) fits = isAlnum(value.charCodeAt(i)) || value.charCodeAt(i) === 95;
  if (fits) return NONE;
  return [
    regexMessage(
      "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
      '[A-Za-z_][A-Za-z0-9_]*',
      'my_name',
      'MY_NAME',
      'MyName',
    ),
  ];
}

/** A name that can stand in a URL's path: RBAC objects. With `prefix`, what follows may complete it. */
export function pathSegmentNameFaults(value: string, prefix = false): readonly string[] {
  if (!prefix && (value === '.' || value === '..')) return [`may not be '${value}'`];
  const slash = value.includes('/');
  const percent = value.includes('%');
  if (!slash && !percent) return NONE;
  const faults: string[] = [];
  if (slash) faults.push("may not contain '/'");
  if (percent) faults.push("may not contain '%'");
  return faults;
}

/** The checks of `metadata.name` by kind. With `prefix`, the value is a generateName and may end in a dash. */
export type NameCheck = (name: string, prefix: boolean) => readonly string[];

export const nameIsDnsSubdomain: NameCheck = (name, prefix) => dns1123SubdomainFaults(prefix ? maskTrailingDash(name) : name);
export const nameIsDnsLabel: NameCheck = (name, prefix) => dns1123LabelFaults(prefix ? maskTrailingDash(name) : name);
export const nameIsDns1035Label: NameCheck = (name, prefix) => dns1035LabelFaults(prefix ? maskTrailingDash(name) : name);
export const nameIsPathSegment: NameCheck = (name, prefix) => pathSegmentNameFaults(name, prefix);

/** The server drops two characters for the dash, so `a-` is as good as `a`. */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** A finalizer's name is a qualified name. */
export function finalizerNameFaults(value: string, minor: number): readonly string[] {
  return qualifiedNameFaults(value, minor);
}

/** The name of a sysctl, `kernel.shm_rmid_forced` or `net/ipv4/x`. */
export function isSysctlName(value: string): boolean {
  if (longerThan(value, 253)) return false;
  let i = 0;
  // Segments of `[a-z0-9]([-_a-z0-9]*[a-z0-9])?`, joined by dots or slashes.
  while (true) {
    const start = i;
    while (i < value.length && (isLowerAlnum(value.charCodeAt(i)) || value.charCodeAt(i) === 45 || value.charCodeAt(i) === 95))
      i++;
    if (i === start || !isLowerAlnum(value.charCodeAt(start)) || !isLowerAlnum(value.charCodeAt(i - 1))) return false;
    if (i === value.length) return true;
    const code = value.charCodeAt(i);
    if (code !== 46 && code !== 47) return false;
    i++;
  }
}

export const SYSCTL_FORMAT = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
