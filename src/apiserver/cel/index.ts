/** Everything of CEL that others use; loaded as one, and only where there are rules (see ../cel.ts). */
export { loadPatternEngine } from '../../api/go-regexp.ts';
export { schemaRuleCauses } from './compile.ts';
export { policyExpressionCauses } from './compile-policy.ts';
export { ruleCauses, transitionCauses } from './custom-rules.ts';
export { renewAllowance, STEPS_FOR_SURE, stepsTaken } from './evaluate.ts';
export { mutationPatch, mutationStarts, storedAt } from './mutate.ts';
export { policyDenials } from './policy.ts';
