import { describe, expect, it } from 'vitest';
import { closest, isSlip } from '../../src/api/closest.ts';

describe('the nearest name', () => {
  it('is the one that a slip of the finger lies before', () => {
    expect(closest('setings', ['settings', 'secrets'])).toBe('settings');
    expect(closest('wbe', ['web', 'api'])).toBe('web');
    expect(closest('Web', ['web'])).toBe('web');
  });

  it('is none where two are as near, or all are far', () => {
    expect(closest('web', ['wea', 'wec'])).toBeUndefined();
    expect(closest('redis', ['postgres'])).toBeUndefined();
  });
});

describe('a slip', () => {
  it.each([
    ['db-credentails', 'db-credentials'],
    ['bd', 'db'],
    ['app-confg', 'app-config'],
    ['dbcredentials', 'db-credentials'],
    ['app_config', 'app-config'],
    ['Payment', 'payment'],
    ['app-secret', 'app-secrets'],
    ['importnat', 'important'],
  ])('%s is %s', (word, near) => expect(isSlip(word, near)).toBe(true));

  it.each([
    ['config-1', 'config-2'],
    ['redis-url', 'redis-tls'],
    ['app-dev', 'app-prd'],
    ['cm-a', 'cm-b'],
    ['web', 'api'],
    ['auth-proxy', 'oauth-proxy'],
    ['db-main', 'db'],
    ['api-v1-config', 'api-v2-config'],
  ])('%s may well be meant beside %s', (word, near) => expect(isSlip(word, near)).toBe(false));
});
