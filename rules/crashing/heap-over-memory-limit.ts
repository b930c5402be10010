import {
  applyDefaults,
  asObject,
  at,
  claimsOver,
  type Cluster,
  type Container,
  crashStatus,
  formatBytes,
  limitRangesOf,
  memoryLimit,
  type Path,
  rule,
} from '../../src/rule.ts';
