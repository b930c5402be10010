/** Everything of CEL that others use; loaded as one, and only where there are rules (see ../cel.ts). */
export { loadPatternEngine } from '../../api/go-regexp.ts';
export { ruleCauses } from './custom-rules.ts';
