import { ANY, type CelType } from './types.ts';

/** One overload: `T.name(P, …): R`, with variables A and B for any type. */
export interface Overload {
  readonly target: CelType | undefined;
  readonly args: readonly CelType[];
  readonly result: CelType;
}

/** Every function of Kubernetes' newest environment: those of cel-go and of k8s.io/apiserver/pkg/cel/library. */
const DECLARATIONS = `
_==_(A,A):bool _!=_(A,A):bool
_+_(int,int):int _+_(uint,uint):uint _+_(double,double):double _+_(string,string):string _+_(bytes,bytes):bytes
_+_(list<A>,list<A>):list<A> _+_(timestamp,duration):timestamp _+_(duration,timestamp):timestamp _+_(duration,duration):duration
_-_(int,int):int _-_(uint,uint):uint _-_(double,double):double _-_(timestamp,timestamp):duration
_-_(timestamp,duration):timestamp _-_(duration,duration):duration
_*_(int,int):int _*_(uint,uint):uint _*_(double,double):double
_/_(int,int):int _/_(uint,uint):uint _/_(double,double):double
_%_(int,int):int _%_(uint,uint):uint
-_(int):int -_(double):double -_(duration):duration !_(bool):bool
@in(A,list<A>):bool @in(A,map<A,B>):bool
_?_:_(bool,A,A):A
_[_](list<A>,int):A _[_](map<A,B>,A):B _[_](optional<list<A>>,int):optional<A> _[_](optional<map<A,B>>,A):optional<B>
_[?_](list<A>,int):optional<A> _[?_](map<A,B>,A):optional<B>
_[?_](optional<list<A>>,int):optional<A> _[?_](optional<map<A,B>>,A):optional<B>
size(string):int size(bytes):int size(list<A>):int size(map<A,B>):int
string.size():int bytes.size():int list<A>.size():int map<A,B>.size():int
int(int):int int(uint):int int(double):int int(string):int int(timestamp):int int(duration):int
uint(uint):uint uint(int):uint uint(double):uint uint(string):uint
double(double):double double(int):double double(uint):double double(string):double
string(string):string string(bool):string string(int):string string(uint):string string(double):string string(bytes):string
string(timestamp):string string(duration):string string(net.IP):string string(net.CIDR):string
bytes(bytes):bytes bytes(string):bytes bool(bool):bool bool(string):bool
timestamp(timestamp):timestamp timestamp(string):timestamp timestamp(int):timestamp
duration(duration):duration duration(string):duration duration(int):duration
dyn(A):dyn type(A):type
matches(string,string):bool string.matches(string):bool string.contains(string):bool string.startsWith(string):bool
string.endsWith(string):bool string.find(string):string string.findAll(string):list<string> string.findAll(string,int):list<string>
string.charAt(int):string string.indexOf(string):int string.indexOf(string,int):int string.lastIndexOf(string):int
string.lastIndexOf(string,int):int list<A>.indexOf(A):int list<A>.lastIndexOf(A):int
string.lowerAscii():string string.upperAscii():string string.trim():string
string.replace(string,string):string string.replace(string,string,int):string
string.split(string):list<string> string.split(string,int):list<string> string.substring(int):string string.substring(int,int):string
list<string>.join():string list<string>.join(string):string string.format(list<dyn>):string strings.quote(string):string
list<A>.isSorted():bool list<A>.sum():A list<A>.min():A list<A>.max():A any.includes(any):bool
list<A>.slice(int,int):list<A> list<A>.flatten():list<any> list<A>.flatten(int):list<any> list<A>.sort():list<A>
list<A>.reverse():list<A> list<A>.distinct():list<A> list<A>.first():optional<A> list<A>.last():optional<A> lists.range(int):list<int>
sets.contains(list<A>,list<A>):bool sets.equivalent(list<A>,list<A>):bool sets.intersects(list<A>,list<A>):bool
timestamp.getFullYear():int timestamp.getMonth():int timestamp.getDate():int timestamp.getDayOfMonth():int
timestamp.getDayOfWeek():int timestamp.getDayOfYear():int timestamp.getHours():int timestamp.getMinutes():int
timestamp.getSeconds():int timestamp.getMilliseconds():int
timestamp.getFullYear(string):int timestamp.getMonth(string):int timestamp.getDate(string):int timestamp.getDayOfMonth(string):int
timestamp.getDayOfWeek(string):int timestamp.getDayOfYear(string):int timestamp.getHours(string):int
timestamp.getMinutes(string):int timestamp.getSeconds(string):int timestamp.getMilliseconds(string):int
duration.getHours():int duration.getMinutes():int duration.getSeconds():int duration.getMilliseconds():int
optional.of(A):optional<A> optional.none():optional<any> optional.ofNonZeroValue(A):optional<A>
optional.unwrap(list<optional<A>>):list<A> list<optional<A>>.unwrapOpt():list<A>
optional<A>.value():A optional<A>.hasValue():bool optional<A>.or(optional<A>):optional<A> optional<A>.orValue(A):A
quantity(string):kubernetes.Quantity isQuantity(string):bool sign(kubernetes.Quantity):int
kubernetes.Quantity.isGreaterThan(kubernetes.Quantity):bool kubernetes.Quantity.isLessThan(kubernetes.Quantity):bool
kubernetes.Quantity.compareTo(kubernetes.Quantity):int kubernetes.Quantity.asApproximateFloat():double
kubernetes.Quantity.asInteger():int kubernetes.Quantity.isInteger():bool
kubernetes.Quantity.add(kubernetes.Quantity):kubernetes.Quantity kubernetes.Quantity.add(int):kubernetes.Quantity
kubernetes.Quantity.sub(kubernetes.Quantity):kubernetes.Quantity kubernetes.Quantity.sub(int):kubernetes.Quantity
url(string):kubernetes.URL isURL(string):bool kubernetes.URL.getScheme():string kubernetes.URL.getHost():string
kubernetes.URL.getHostname():string kubernetes.URL.getPort():string kubernetes.URL.getEscapedPath():string
kubernetes.URL.getQuery():map<string,list<string>>
ip(string):net.IP isIP(string):bool ip.isCanonical(string):bool net.IP.family():int net.IP.isUnspecified():bool
net.IP.isLoopback():bool net.IP.isLinkLocalMulticast():bool net.IP.isLinkLocalUnicast():bool net.IP.isGlobalUnicast():bool
cidr(string):net.CIDR isCIDR(string):bool net.CIDR.containsIP(string):bool net.CIDR.containsIP(net.IP):bool
net.CIDR.containsCIDR(string):bool net.CIDR.containsCIDR(net.CIDR):bool net.CIDR.ip():net.IP net.CIDR.prefixLength():int
net.CIDR.masked():net.CIDR
format.named(string):optional<kubernetes.NamedFormat> kubernetes.NamedFormat.validate(string):optional<list<string>>
format.dns1123Label():kubernetes.NamedFormat format.dns1123Subdomain():kubernetes.NamedFormat
format.dns1035Label():kubernetes.NamedFormat format.qualifiedName():kubernetes.NamedFormat
format.dns1123LabelPrefix():kubernetes.NamedFormat format.dns1123SubdomainPrefix():kubernetes.NamedFormat
format.dns1035LabelPrefix():kubernetes.NamedFormat format.labelValue():kubernetes.NamedFormat
format.uri():kubernetes.NamedFormat format.uuid():kubernetes.NamedFormat format.byte():kubernetes.NamedFormat
format.date():kubernetes.NamedFormat format.datetime():kubernetes.NamedFormat
semver(string):kubernetes.Semver semver(string,bool):kubernetes.Semver isSemver(string):bool isSemver(string,bool):bool
kubernetes.Semver.isGreaterThan(kubernetes.Semver):bool kubernetes.Semver.isLessThan(kubernetes.Semver):bool
kubernetes.Semver.compareTo(kubernetes.Semver):int kubernetes.Semver.major():int kubernetes.Semver.minor():int
kubernetes.Semver.patch():int
any.path(any):any any.group(any):any any.resource(any):any any.subresource(any):any any.namespace(any):any any.name(any):any
any.serviceAccount(any,any):any any.check(any):any any.allowed():bool any.reason():string any.errored():bool any.error():string
any.fieldSelector(any):any any.labelSelector(any):any
jsonpatch.escapeKey(string):string
`;

/** Functions of a namespace of their own; their name is all of it. */
const NAMESPACES = new Set(['strings', 'lists', 'sets', 'optional', 'ip', 'format', 'jsonpatch']);

let table: Map<string, Overload[]> | undefined;

/** The overloads of a function by its whole name: `size`, `optional.of`, `contains`. */
export function overloadsOf(name: string): readonly Overload[] | undefined {
  table ??= parseAll();
  return table.get(name);
}

function parseAll(): Map<string, Overload[]> {
  const all = new Map<string, Overload[]>();
  // Numbers of all types are ordered among each other.
  const numbers = ['int', 'uint', 'double'];
  const ordered = [...numbers, 'bool', 'string', 'bytes', 'timestamp', 'duration'];
  const pairs = ordered.flatMap((kind) =>
    (numbers.includes(kind) ? numbers : [kind]).map((other) => [{ kind }, { kind: other }]),
  );
  for (const name of ['_<_', '_<=_', '_>_', '_>=_'])
    all.set(
      name,
      pairs.map((args) => ({ target: undefined, args, result: { kind: 'bool' } })),
    );
  for (const text of DECLARATIONS.trim().split(/\s+/)) {
    const [, head, params, result] = /^(.+)\(([^)]*)\):([^:]+)$/.exec(text)!;
    const dot = head!.lastIndexOf('.');
    const owner = dot < 0 ? '' : head!.slice(0, dot);
    const isMethod = dot >= 0 && !NAMESPACES.has(owner);
    const name = isMethod ? head!.slice(dot + 1) : head!;
    const overload: Overload = {
      target: isMethod ? parseType(owner) : undefined,
      args: params === '' ? [] : splitTypes(params!).map(parseType),
      result: parseType(result!),
    };
    const list = all.get(name);
    if (list === undefined) all.set(name, [overload]);
    else list.push(overload);
  }
  return all;
}

function splitTypes(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '<') depth++;
    else if (text[i] === '>') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function parseType(text: string): CelType {
  if (text === 'any') return ANY;
  const found = /^([^<]+)<(.*)>$/.exec(text);
  if (found === null) return { kind: text };
  return { kind: found[1] === 'optional' ? 'optional_type' : found[1]!, params: splitTypes(found[2]!).map(parseType) };
}
