import type { Fields, Scope } from '../scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from '../scope.ts';

/** ContainerRestartRules is on by default from 1.35; before, the rules and all policies but a sidecar's are dropped. */
const RULES_SINCE = 35;
/** RestartAllContainersOnContainerExits is on by default from 1.36; sidecars may have rules since then too. */
const RESTART_ALL_SINCE = 36;
const POLICIES = ['Always', 'Never', 'OnFailure'];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;

/** `restartPolicy` and `restartPolicyRules` of an ordinary container, where the scope stands. Mirrors validateContainerRestartPolicy. */
export function validateRestartPolicy(v: Scope, container: Fields): void {
  const policy = container['restartPolicy'];
  const rules = itemsOf(container['restartPolicyRules']);
  if (v.minor < RULES_SINCE) {
    // 1.33 and older knew the field for init containers only; 1.34 drops it here.
    if (v.minor < 34 && isSet(policy)) v.forbidden('restartPolicy', 'may not be set for non-init containers');
    return;
  }
  if (!isSet(policy)) {
    if (rules.length === 0) return;
    v.required('restartPolicy', 'must specify restartPolicy when restart rules are used');
  } else if (!POLICIES.includes(textOf(policy))) {
    v.unsupported('restartPolicy', textOf(policy), POLICIES);
  }
  if (rules.length > MOST_RULES) tooMany(v, 'restartPolicyRules', rules.length, MOST_RULES);
  v.each('restartPolicyRules', rules, validateRule);
}

function tooMany(v: Scope, at: string, actual: number, max: number): void {
  // 1.35 counted items as bytes.
  if (v.minor >= 36) v.tooMany(at, actual, max);
  else v.tooLong(at, max);
}

function validateRule(v: Scope, rule: Fields): void {
  const action = textOf(rule['action']);
  const actions = v.minor >= RESTART_ALL_SINCE ? ['Restart', 'RestartAllContainers'] : ['Restart'];
  if (!actions.includes(action)) v.unsupported('action', action, actions);
  if (!isSet(rule['exitCodes'])) {
    v.required('exitCodes', 'must be specified');
    return;
  }
  const codes = fieldsOf(rule['exitCodes']);
  const operator = textOf(codes['operator']);
  if (operator !== 'In' && operator !== 'NotIn') v.unsupported(['exitCodes', 'operator'], operator, ['In', 'NotIn']);
  const values = itemsOf(codes['values']);
  if (values.length > MOST_EXIT_CODES) v.in('exitCodes', codes, (w) => tooMany(w, 'values', values.length, MOST_EXIT_CODES));
}

/** Of an init container. Mirrors validateInitContainerRestartPolicy. */
export function validateInitRestartPolicy(v: Scope, container: Fields): void {
  const policy = container['restartPolicy'];
  if (v.minor >= RULES_SINCE) {
    if (!isSet(policy)) {
      if (itemsOf(container['restartPolicyRules']).length > 0) {
        v.required('restartPolicy', 'must specify restartPolicy when restart rules are used');
      }
    } else if (policy !== 'Always' || v.minor >= RESTART_ALL_SINCE) {
      validateRestartPolicy(v, container);
    } else if (itemsOf(container['restartPolicyRules']).length > 0) {
      v.forbidden('restartPolicyRules', 'restartPolicyRules are not allowed for init containers with restart policy Always');
    }
  } else if (v.minor < 34 && isSet(policy) && policy !== 'Always') {
    v.unsupported('restartPolicy', textOf(policy), ['Always']);
  }
}
