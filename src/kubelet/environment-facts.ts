import { asObject, asString, isObject } from '../api/manifest.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/object.ts';
import type { Container } from '../cluster/pods.ts';
import { commandLineOf, execCommandLine } from './shell.ts';
import { type EnvironmentFacts, serviceVariablePrefix } from './environment.ts';
