import { dns1123LabelFaults } from '../../api/names.ts';
import { validateLabelsAt } from './parts.ts';
import { factsOf } from './pod/facts.ts';
import { validateContainerResourceName, validateRequirements } from './pod/resources.ts';
import { validateToleration } from './pod/scheduling.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';

/** Mirrors ValidateRuntimeClass of k8s.io/kubernetes/pkg/apis/node/validation. */
export function validateRuntimeClass(v: Scope, object: Fields): void {
  const handler = textOf(object.handler);
  if (handler === '' && v.minor >= 36) v.requiredByDeclaration('handler');
  else v.invalidsByDeclaration('handler', handler, dns1123LabelFaults(handler));
  if (isSet(object.overhead)) v.in('overhead', object.overhead, validateOverhead);
  if (isSet(object.scheduling)) v.in('scheduling', object.scheduling, validateScheduling);
}

/** The server checks it as a container's limits, and names it so. */
function validateOverhead(v: Scope, overhead: Fields): void {
  const limits = { limits: overhead.podFixed };
  v.collectMoved(
    () => validateRequirements(v, limits, validateContainerResourceName, factsOf(v, {}, {}, false), false),
    (path) => path.map((step, i) => (i === 1 && step === 'limits' ? 'podFixed' : step)),
    (name) => name.replace('[limits]', '.limits'),
  );
}

function validateScheduling(v: Scope, scheduling: Fields): void {
  validateLabelsAt(v, 'nodeSelector', scheduling.nodeSelector);
  // Servers before 1.35 named the list twice.
  v.collectMoved(
    () => v.each('tolerations', scheduling.tolerations, validateToleration),
    (path) => [...path],
    (name) => (v.minor < 35 ? name.replace('.tolerations', '.tolerations.tolerations') : name),
  );
  const seen = new Set<string>();
  for (const [i, item] of itemsOf(scheduling.tolerations).entries()) {
    const { key, operator, value, effect, tolerationSeconds } = fieldsOf(item);
    const identity = JSON.stringify([textOf(key), textOf(operator), textOf(value), textOf(effect)]);
    if (seen.has(identity)) {
      const print = { Key: textOf(key), Operator: textOf(operator), Value: textOf(value), Effect: textOf(effect) };
      v.duplicate(['tolerations', i], { ...print, TolerationSeconds: tolerationSeconds ?? null });
    }
    seen.add(identity);
  }
}
