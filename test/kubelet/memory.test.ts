import { describe, expect, it } from 'vitest';
import { claimsOver, memoryClaims, memoryLimit, memorySettings } from '../../src/kubelet/memory.ts';
import { recorded } from './recorded.ts';

interface Line {
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly ok: boolean;
  readonly heap?: number;
  readonly says?: string;
}

describe('what the programs themselves say', () => {
  const lines = recorded<Line>('program', 'memory.jsonl');
  it.each(lines.map((line) => [`${line.program} ${line.argv.join(' ')} ${JSON.stringify(line.env)}`, line] as const))(
    '%s',
    (_, line) => {
      const name = line.program.split(' ')[0]!;
      const { claims, faults } = memorySettings({
        command: [name, ...line.argv],
        env: Object.entries(line.env).map(([key, value]) => ({ name: key, value })),
      });
      expect(faults.map(({ says }) => says)).toEqual(line.ok ? [] : [line.says]);
      if (line.ok && line.heap !== undefined)
        expect(claims).toMatchObject([{ bytes: line.heap, what: 'JVM heap', certainty: 'certain' }]);
    },
  );
});

describe('memoryClaims', () => {
  const GIB = 1024 ** 3;
  const MIB = 1024 ** 2;
  it.each<[string, unknown, [number, string, string][]]>([
    ['JAVA_OPTS', { env: [{ name: 'JAVA_OPTS', value: '-server -Xms1g -Xmx4g' }] }, [[4 * GIB, 'JVM heap', 'likely']]],
    ['a script', { command: ['sh', '-c', 'exec java -Xmx3g -jar "/app.jar"'] }, [[3 * GIB, 'JVM heap', 'likely']]],
    ['a start script that is told', { args: ['-Xmx512m'] }, [[512 * MIB, 'JVM heap', 'likely']]],
    ['JAVA_OPTS beside java', { command: ['java', '-jar', 'x'], env: [{ name: 'JAVA_OPTS', value: '-Xmx9g' }] }, []],
    [
      'heap and buffers',
      { command: ['java', '-Xmx1g', '-XX:MaxDirectMemorySize=512m'] },
      [
        [GIB, 'JVM heap', 'certain'],
        [1.5 * GIB, 'JVM heap and direct memory', 'certain'],
      ],
    ],
    [
      'a share of the limit and metaspace',
      { resources: { limits: { memory: '1Gi' } }, command: ['java', '-XX:MaxRAMPercentage=75', '-XX:MaxMetaspaceSize=512m'] },
      [[1.25 * GIB, 'JVM heap and metaspace', 'certain']],
    ],
    ['Node.js', { command: ['node', '--max-old-space-size=4096', 'x.js'] }, [[4 * GIB, 'Node.js old space', 'certain']]],
    [
      'Node.js in a script',
      { args: ['sh', '-c', 'node --max_old_space_size=100 x'] },
      [[100 * MIB, 'Node.js old space', 'likely']],
    ],
    ['Go', { env: [{ name: 'GOMEMLIMIT', value: '750MiB' }] }, [[750 * MIB, 'Go memory limit', 'certain']]],
    ['.NET', { env: [{ name: 'DOTNET_GCHeapHardLimit', value: '0x40000000' }] }, [[GIB, '.NET heap', 'certain']]],
    ['Redis', { command: ['redis-server', '--maxmemory', '2gb'] }, [[2 * GIB, 'Redis data', 'certain']]],
    ['Redis in one word', { args: ['--maxmemory 1g'] }, [[1e9, 'Redis data', 'likely']]],
    ['PostgreSQL', { args: ['-c', 'shared_buffers=2GB'] }, [[2 * GIB, 'PostgreSQL shared buffers', 'likely']]],
    [
      'PostgreSQL in pages',
      { command: ['postgres', '-c', 'shared_buffers=128'] },
      [[MIB, 'PostgreSQL shared buffers', 'certain']],
    ],
    ['MySQL', { args: ['--innodb-buffer-pool-size=2G'] }, [[2 * GIB, 'InnoDB buffer pool', 'likely']]],
    ['MongoDB', { command: ['mongod', '--wiredTigerCacheSizeGB', '0.5'] }, [[GIB / 2, 'WiredTiger cache', 'certain']]],
    ['memcached', { command: ['memcached', '-m', '64'] }, [[64 * MIB, 'memcached data', 'certain']]],
    ['another -m', { command: ['app', '-m', '64'] }, []],
    [
      'placeholders',
      {
        env: [
          { name: 'JAVA_OPTS', value: '-Xmx${HEAP} -Xmx$(HEAP)m' },
          { name: 'GOMEMLIMIT', value: '$(X)' },
        ],
      },
      [],
    ],
    ['other flags', { args: ['-Xss1m', '-Xlog:gc', '-Dx=-Xmx', '--maxmemory-policy', 'allkeys-lru'] }, []],
    ['nothing', null, []],
    ['odd types', { env: [{ name: 'JAVA_OPTS', value: 5 }, null], args: [1], command: 'java -Xmx1g' }, []],
  ])('%s', (_, container, expected) => {
    expect(memoryClaims(container).map(({ bytes, what, certainty }) => [bytes, what, certainty])).toEqual(expected);
  });

  it('compares with the limit', () => {
    const container = { resources: { limits: { memory: '512Mi' } }, env: [{ name: 'JAVA_TOOL_OPTIONS', value: '-Xmx1g' }] };
    expect(memoryLimit(container)).toBe(512 * MIB);
    expect(claimsOver(container)).toMatchObject([{ written: '-Xmx1g', path: ['env', 0, 'value'] }]);
    expect(claimsOver(container, 2 * GIB)).toEqual([]);
    expect(claimsOver({ ...container, resources: {} })).toEqual([]);
    expect(claimsOver({ ...container, resources: { limits: { memory: '1Gi' } } })).toEqual([]);
  });

  it('tells how a wrong size is written right', () => {
    const instead = (value: string): unknown =>
      memorySettings({ env: [{ name: 'JAVA_TOOL_OPTIONS', value }] }).faults[0]?.instead;
    expect(instead('-Xmx2Gi')).toBe('-Xmx2g');
    expect(instead('-Xmx=512MB')).toBe('-Xmx512m');
    expect(instead('-Xmx512')).toBe('-Xmx512m');
    expect(instead('-XX:MaxRAMPercentage=75%')).toBe('-XX:MaxRAMPercentage=75');
    expect(memorySettings({ env: [{ name: 'GOMEMLIMIT', value: '512Mi' }] }).faults[0]).toMatchObject({ instead: '512MiB' });
  });
});
