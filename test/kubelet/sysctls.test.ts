import { describe, expect, it } from 'vitest';
import { podlint } from '../../src/index.ts';

const RULE = 'rejected/unsafe-sysctl';

async function said(names: readonly unknown[], more: string = '', kubeVersion: '1.30' | '1.36' | '1.37' = '1.37') {
  const sysctls = names.map((name) => ({ name, value: '1' }));
  const spec = { securityContext: { sysctls }, containers: [{ name: 'c', image: 'nginx:1.29' }] };
  const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });
  const { findings } = await podlint([{ path: 'a.yaml', text: `${pod}\n${more}` }], { kubeVersion });
  return findings.filter(({ ruleId }) => ruleId === RULE).map(({ level, says }) => `${level} ${says}`);
}

describe('sysctls that the kubelet takes', () => {
  it('are more with each release', async () => {
    expect(await said(['net.ipv4.tcp_rmem'], '', '1.36')).toEqual([]);
    expect(await said(['net.ipv4.tcp_rmem'], '', '1.30')).toEqual([
      'warning forbidden sysctl: "net.ipv4.tcp_rmem" not allowlisted',
    ]);
    expect(await said(['net.ipv4.tcp_notsent_lowat'], '', '1.36')).toHaveLength(1);
    expect(await said(['net.ipv4.tcp_notsent_lowat'])).toEqual([]);
  });

  it('are never those of the whole node', async () => {
    for (const name of ['vm.swappiness', 'fs.file-max', 'kernel.pid_max', 'dev.raid.speed_limit_max'])
      expect(await said([name])).toEqual([`error forbidden sysctl: "${name}" not allowlisted`]);
  });

  it('are what the configuration of the kubelets names too', async () => {
    const allows = (...patterns: string[]) =>
      `---\napiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nallowedUnsafeSysctls: ${JSON.stringify(patterns)}\n`;
    expect(await said(['net.core.somaxconn'], allows('kernel.msg*'))).toHaveLength(1);
    expect(await said(['net.core.somaxconn'], allows('kernel.msg*', 'net.core.*'))).toEqual([]);
    expect(await said(['net/core/somaxconn'], allows('net.core.somaxconn'))).toEqual([]);
    expect(await said(['net.core.somaxconn'], allows('${ALLOWED}'))).toEqual([]);
  });

  it('are not guessed', async () => {
    expect(await said(['${NAME}', null, 7, ''])).toEqual([]);
  });
});
