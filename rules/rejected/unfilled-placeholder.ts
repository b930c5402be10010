import {
  asObject,
  type Cause,
  type Context,
  fieldOf,
  holdsPlaceholder,
  isUnknown,
  type KubeObject,
  refusal,
  rule,
} from '../../src/rule.ts';

export default rule({
  id: 'rejected/unfilled-placeholder',
  level: 'note',
  each: true,
  predicts: { component: 'apiserver', status: 'Rejected' },
  states: ['S18'],
  docs: {
    summary: 'A placeholder such as `{{name}}` or `${NAME}` where the API server refuses the text as it stands',
    why:
      'A template is applied only after something has filled it in: Helm, envsubst, Flux, sed. `kubectl apply -f` of the very file is refused, since the placeholder is no ' +
      'valid name, number or YAML. Render it first, and apply what comes out.',
    limits:
      'it asks what becomes of the file itself, as `--each` does, and notes it, since most templates are rendered: set its level to error where all files must be ones that can be applied. ' +
      'What admission says of a placeholder is not told, but for a namespace; nor is what expressions in CEL make of it.',
    links: ['https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution'],
  },
  examples: {
    bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: \${REPLICAS} # expect: rejected/unfilled-placeholder
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
    good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  },
  fix: 'never',
  evidence: 'admit',
  visit: {
    Unsent({ document, template }, context) {
      if (!template || document.error === undefined) return;
      const { message } = document.error;
      context.report({ at: [], message: messageOf(message.replace(/^yaml: (?:line \d+: )?/, '')), says: message });
    },
    Manifest(object, context) {
      if (!holdsPlaceholder(object.value) || reportType(object, context)) return;
      const verdict = context.literal(object);
      if (verdict === undefined) return;
      for (const { path, message, says } of verdict.faults)
        context.report({ at: path, message: messageOf(message), says, bySchema: true });
      if (verdict.faults.length > 0 || reportNamespace(object, context)) return;
      for (const cause of verdict.causes) context.report({ ...refusal(cause), message: messageOf(words(cause)) });
    },
  },
});

function messageOf(fault: string): string {
  return `\`kubectl apply -f\` of this file is refused as long as its placeholders stand in it: ${fault}; render it first, and apply what comes out`;
}

/** The field, and the server's message without the kind of error in front and the regular expression at its end. */
function words(cause: Cause): string {
  const plain = cause.message
    .replace(/^(?:Invalid value|Unsupported value): /, '')
    .replace(/,? ?\(?(?:e\.g\. [^)]*, )?regex used for validation is '[^']*'\)?/g, '');
  return `${fieldOf(cause)}: ${plain}`;
}

/** A kind that is not filled in is none. */
function reportType({ apiVersion, version, kind }: KubeObject, context: Context): boolean {
  const at = isUnknown(kind) ? 'kind' : isUnknown(apiVersion) ? 'apiVersion' : undefined;
  if (at === undefined) return false;
  // With more than one slash it is no group and version: rejected/incomplete-object tells it.
  if (version.includes('/')) return true;
  const says = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
  context.report({ at: [at], message: messageOf(`there is no ${kind} in ${apiVersion}`), says });
  return true;
}

/** Before anything is validated the server looks whether the namespace is there. */
function reportNamespace({ namespace, value }: KubeObject, context: Context): boolean {
  const own = asObject(value['metadata'])?.['namespace'];
  if (namespace === '' || !isUnknown(own)) return false;
  context.report({
    at: ['metadata', 'namespace'],
    message: messageOf(`there is no namespace ${own}`),
    says: `namespaces ${JSON.stringify(own)} not found`,
  });
  return true;
}
