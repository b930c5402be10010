import { describe, expect, it } from 'vitest';
import { type OracleContainer, type OraclePod, recordingOf, statusOfPod } from './recording.ts';

const pod = (more: Partial<OraclePod>): OraclePod => ({ namespace: 'case-0123abcd', name: 'web', phase: 'Pending', ...more });
const container = (more: Partial<OracleContainer>): OracleContainer => ({ name: 'app', ready: false, state: 'waiting', ...more });

/** What kubectl prints; the words are those of printPod. */
describe('the word in the STATUS column', () => {
  it.each([
    ['Pending', pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] })],
    ['SchedulingGated', pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] })],
    ['ContainerCreating', pod({ containers: [container({ reason: 'ContainerCreating' })] })],
    ['Running', pod({ phase: 'Running', containers: [container({ state: 'running', ready: true })] })],
    ['NodeAffinity', pod({ phase: 'Failed', reason: 'NodeAffinity' })],
    [
      'Completed',
      pod({ phase: 'Succeeded', containers: [container({ state: 'terminated', reason: 'Completed', exitCode: 0 })] }),
    ],
    [
      'Init:CreateContainerConfigError',
      pod({
        containers: [
          container({ name: 'setup', init: true, reason: 'CreateContainerConfigError' }),
          container({ reason: 'PodInitializing' }),
        ],
      }),
    ],
    [
      'Init:1/2',
      pod({
        containers: [
          container({ name: 'a', init: true, state: 'terminated', exitCode: 0 }),
          container({ name: 'b', init: true, state: 'running' }),
          container({ reason: 'PodInitializing' }),
        ],
      }),
    ],
    [
      'CreateContainerConfigError',
      pod({
        conditions: [{ type: 'Initialized', status: 'True' }],
        containers: [
          container({ name: 'proxy', init: true, state: 'running', ready: true }),
          container({ reason: 'CreateContainerConfigError' }),
        ],
      }),
    ],
    [
      'CrashLoopBackOff',
      pod({
        phase: 'Running',
        containers: [
          container({ state: 'terminated', reason: 'Error', exitCode: 1, seen: ['running', 'waiting:CrashLoopBackOff'] }),
        ],
      }),
    ],
    [
      'NotReady',
      pod({
        phase: 'Running',
        containers: [
          container({ name: 'job', state: 'terminated', reason: 'Completed', exitCode: 0 }),
          container({ name: 'proxy', state: 'running', ready: true }),
        ],
      }),
    ],
  ])('is %s', (word, one) => expect(statusOfPod(one)).toBe(word));
});

describe('a recording', () => {
  it('holds nothing that differs from run to run', () => {
    const recording = recordingOf(
      {
        kubernetes: 'v1.37.2',
        verdicts: [{ doc: 0, kind: 'Deployment', namespace: 'case-0123abcd', name: 'web', verdict: 'accepted' }],
        workloads: [
          { kind: 'Deployment', namespace: 'case-0123abcd', name: 'web', wanted: 2, ready: 0 },
          { kind: 'ReplicaSet', namespace: 'case-0123abcd', name: 'web-6cd998d457', wanted: 2, ready: 0 },
        ],
        pods: [],
        events: ['k2vl7', '9xqzt'].map((suffix, i) => ({
          kind: 'ReplicaSet',
          namespace: 'case-0123abcd',
          name: 'web-6cd998d457',
          type: 'Warning',
          reason: 'FailedCreate',
          message: `${i === 0 ? '' : '(combined from similar events): '}Error creating: pods "web-6cd998d457-${suffix}" is forbidden: exceeded quota`,
        })),
      },
      [{ file: 'web.yaml', document: 0, fact: false }],
    );
    expect(recording).toEqual({
      kubernetes: 'v1.37.2',
      objects: [{ file: 'web.yaml', document: 0, object: 'Deployment default/web', verdict: 'accepted' }],
      pods: [],
      workloads: [
        {
          object: 'Deployment default/web',
          wanted: 2,
          ready: 0,
          says: ['Error creating: pods "web-6cd998d457-*" is forbidden: exceeded quota'],
        },
      ],
    });
  });
});
