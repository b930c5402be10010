import { describe, expect, test } from 'vitest';
import { wantsColor } from '../../src/report/color.ts';

describe('wantsColor', () => {
  test.each([
    ['a terminal', {}, undefined, true, true],
    ['a pipe', {}, undefined, false, false],
    ['a dumb terminal', { TERM: 'dumb' }, undefined, true, false],
    ['NO_COLOR', { NO_COLOR: '1' }, undefined, true, false],
    ['NO_COLOR of any value', { NO_COLOR: '0' }, undefined, true, false],
    ['an empty NO_COLOR says nothing', { NO_COLOR: '' }, undefined, true, true],
    ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, undefined, false, true],
    ['FORCE_COLOR on a dumb terminal', { FORCE_COLOR: 'true', TERM: 'dumb' }, undefined, true, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, undefined, true, false],
    ['FORCE_COLOR=false', { FORCE_COLOR: 'false' }, undefined, true, false],
    ['an empty FORCE_COLOR says nothing', { FORCE_COLOR: '' }, undefined, false, false],
    ['NO_COLOR against FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, undefined, true, false],
    ['--color in a pipe', {}, true, false, true],
    ['--color against NO_COLOR', { NO_COLOR: '1' }, true, false, true],
    ['--no-color against FORCE_COLOR', { FORCE_COLOR: '1' }, false, true, false],
    ['--no-color on a terminal', {}, false, true, false],
  ])('%s', (_, env, flag, isTTY, expected) => expect(wantsColor({ env, flag, isTTY })).toBe(expected));
});
