import { type Container, crashStatus, memorySettings, type Path, rule, at as valueAt } from '../../src/rule.ts';

export default rule({
  id: 'crashing/malformed-memory-setting',
  level: 'error',
  predicts: { component: 'runtime', status: 'CrashLoopBackOff' },
  states: ['S9'],
  docs: {
    summary: 'A memory setting in a form that the program refuses: `-Xmx2Gi`, `GOMEMLIMIT=512M`',
    why:
      'Every program has units of its own, and few of them are those of Kubernetes: a JVM takes `2g`, Go `2GiB`, V8 a number of MiB. ' +
      'At anything else it ends at once, and the container is CrashLoopBackOff. Write the unit of the program.',
    limits: 'where a start script must hand the setting on (JAVA_OPTS) it is a warning.',
    links: [
      'https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html',
      'https://pkg.go.dev/runtime#hdr-Environment_Variables',
    ],
  },
  examples: {
    bad: `apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: eclipse-temurin:21
      command: ["java", "-jar", "/app.jar"]
      env:
        - name: JAVA_TOOL_OPTIONS
          value: -Xmx2Gi # expect: crashing/malformed-memory-setting
`,
    good: `apiVersion: v1
kind: Pod
metadata:
  name: api
spec:
  containers:
    - name: api
      image: eclipse-temurin:21
      command: ["java", "-jar", "/app.jar"]
      env:
        - name: JAVA_TOOL_OPTIONS
          value: -Xmx2g
`,
  },
  fix: 'sometimes',
  evidence: { none: 'only the program itself reads it' },
  visit: {
    Container(container, context) {
      for (const fault of memorySettings(container.value).faults) {
        const at = [...container.path, ...fault.path];
        const text = textAt(container, fault.path);
        const to = fault.instead === undefined ? undefined : replaced(text, fault.written, fault.instead);
        const certain = fault.certainty === 'certain';
        context.report({
          at,
          level: certain ? 'error' : 'warning',
          message: `${fault.written} is not in a form that the program takes${fault.instead === undefined ? '' : `; write ${fault.instead}`}: it ends at once${certain ? '' : ', if its start script hands this on'}`,
          says: fault.says,
          predicts: { component: 'runtime', status: crashStatus(container, 'Error') },
          fix: to === undefined ? undefined : { title: `Change to ${fault.instead}`, safe: false, changes: [{ set: at, to }] },
        });
      }
    },
  },
});

/** The text that a fault lies in. */
function textAt({ value }: Container, path: Path): string | undefined {
  const text = valueAt(value, path);
  return typeof text === 'string' ? text : undefined;
}

/** `written` may have the name of the variable in front: `GOMEMLIMIT=512M`. */
function replaced(text: string | undefined, written: string, instead: string): string | undefined {
  if (text === undefined) return undefined;
  const value = text.includes(written) ? written : written.slice(written.indexOf('=') + 1);
  return text.split(value).length === 2 ? text.replace(value, () => instead) : undefined;
}
