/**
 * What podlint predicts of the fixtures against what the real components said of them: `recorded.json` beside each case,
 * made by test/oracle/record.mjs. Disagreement is a bug in podlint.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../src/lint/registry.ts';
import type { Finding, ForecastRow } from '../src/report/types.ts';
import { inputsOf, isWell, type RecordedObject, type Recording, recordingIn } from './oracle/recording.ts';
import { casesOf, judgeCase } from './support/expectations.ts';

const fixtures = path.join(path.resolve(fileURLToPath(import.meta.url), '../..'), 'fixtures');
const held = new Set(rules.flatMap((rule) => (typeof rule.evidence === 'string' ? [rule.id] : [])));

describe.each(rules.flatMap((rule) => (typeof rule.evidence === 'string' ? [[rule.id] as const] : [])))('%s', (id) => {
  const each = rules.find((rule) => rule.id === id)?.each;
  // What is a note because nobody sends the file as it is, is sure where it is sent.
  const more = each ? { each, rules: { [id]: 'error' } as const } : {};
  const cases = casesOf(fixtures, id).map((one) => ({ ...one, recording: recordingIn(one.folder) }));

  it('was seen in a real component, wrong and right', () => {
    const asked = cases.filter(({ recording }) => recording !== undefined && recording.skipped === undefined);
    expect(asked.some(({ expected }) => expected.some((line) => line.endsWith(` ${id}`)))).toBe(true);
    expect(asked.some(({ expected }) => expected.length === 0)).toBe(true);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const { recording, expected } = one;
    expect(recording?.inputs, 'the case has changed: record it again (test/oracle/README.md)').toBe(inputsOf(one));
    if (recording?.objects === undefined) return;
    expect(
      recording.objects.filter((object) => object.fact && object.verdict !== 'accepted' && object.reason !== 'AlreadyExists'),
    ).toEqual([]);
    const report = await judgeCase(one.texts, one.facts, one.before, more);
    const sure = report.findings.filter((finding) => finding.level === 'error' && held.has(finding.ruleId));
    const told = report.findings.filter((finding) => finding.level !== 'note');
    if (expected.length === 0) expect(unwell(recording)).toEqual([]);
    expect(missed(recording, told)).toEqual([]);
    expect(warned(recording, report.findings)).toEqual([]);
    expect([...contradicted(recording, sure, report.forecast)]).toEqual([]);
    if (recording.pods !== undefined) expect([...differences(recording, report.forecast)]).toEqual([]);
  });
});

/** What did not go well: nothing of a good case. */
function unwell({ objects = [], pods = [], workloads = [] }: Recording): string[] {
  return [
    ...objects
      .filter((object) => object.verdict !== 'accepted' && !object.fact)
      .map((object) => `${object.object}: ${object.message}`),
    ...pods.filter(({ status }) => !isWell(status)).map(({ of, status }) => `${of}: ${status}`),
    ...workloads.filter(({ says }) => says !== undefined).map(({ object, says }) => `${object}: ${says!.join(' ')}`),
  ];
}

/** Objects that the API server refused though podlint says nothing of them. */
function missed({ objects = [] }: Recording, told: readonly Finding[]): string[] {
  return objects
    .filter((object) => object.verdict !== 'accepted' && !object.fact)
    .filter(
      (object) =>
        !told.some(
          (finding) =>
            finding.predicts?.status === 'Rejected' && (isOf(finding, object) || holds([object.message ?? ''], wordsOf(finding))),
        ),
    )
    .map((object) => `${object.file}: ${object.object}: ${object.message}`);
}

/** Warnings of the API server that podlint does not foresee, and those it foresees in vain. */
function warned({ objects = [] }: Recording, findings: readonly Finding[]): string[] {
  const said = objects.flatMap((object) => object.warnings ?? []);
  const foreseen = findings
    .filter(({ ruleId, predicts }) => ruleId === 'fragile/server-warning' || predicts?.status === 'Warning')
    .map(wordsOf);
  // What a namespace enforces of Pods it also warns of when their workload comes.
  const enforced = findings.map(({ says = '' }) => says.replace(/^violates/, 'would violate'));
  // Of an object that is refused no warning is sent.
  const refused = objects.some((object) => object.verdict !== 'accepted' && !object.fact);
  return [
    ...said
      .filter((text) => ![...foreseen, ...enforced].some((words) => words !== '' && text.includes(words)))
      .map((text) => `not foreseen: ${text}`),
    ...foreseen.filter((words) => !refused && !holds(said, words)).map((words) => `not said: ${words}`),
  ];
}

function isOf({ object, place }: Finding, recorded: RecordedObject): boolean {
  if (recorded.file !== 'kustomization.yaml' && recorded.file !== place.file) return false;
  if (object === undefined || recorded.object === undefined) return object === undefined;
  // The server names no namespace where it knows no kind.
  return recorded.object === nameOf(object) || recorded.object === `${object.kind} ${object.name}`;
}

function nameOf({ kind, namespace, name }: { kind: string; namespace?: string; name: string }): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/**
 * Sure findings that the components contradict. Of several about one object, a component may tell only the first: then one of them must be
 * what it said.
 */
function* contradicted(recording: Recording, sure: readonly Finding[], forecast: readonly ForecastRow[]): Generator<string> {
  const groups = new Map<string, Finding[]>();
  for (const finding of sure) {
    const status = finding.predicts?.status ?? '';
    const key = `${status} ${finding.object === undefined ? `${finding.place.file}:${finding.place.line}` : nameOf(finding.object)}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  for (const [key, findings] of groups) {
    const { object, predicts } = findings[0]!;
    const words = findings.map(wordsOf);
    const refusal = recording.objects?.find((recorded) => recorded.verdict !== 'accepted' && isOf(findings[0]!, recorded));
    if (predicts?.status === 'Rejected') {
      const said =
        refusal === undefined
          ? []
          : [refusal.message ?? '', ...(refusal.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`)];
      if (refusal === undefined) yield `${key}: it was accepted`;
      else if (tellsOnlyFirst(refusal) ? !words.some((text) => holds(said, text)) : !words.every((text) => holds(said, text)))
        yield `${key}: ${words.join(' | ')} is not ${said.join(' | ')}`;
      continue;
    }
    if (refusal !== undefined || recording.pods === undefined || object === undefined) continue;
    const name = nameOf(object);
    if (predicts?.status === 'FailedCreate') {
      const workload = recording.workloads?.find((one) => one.object === name);
      if (!words.some((text) => holds(workload?.says ?? [], text)))
        yield `${key}: ${words.join(' | ')} is not ${workload?.says?.join(' | ')}`;
      continue;
    }
    const row = forecast.find((one) => nameOf(one.object) === name);
    // Something earlier on the way hides it.
    const foreseen = row?.statuses.filter(({ status }) => status === predicts?.status) ?? [];
    if (row !== undefined && foreseen.length === 0) continue;
    // Which of two Pods that cannot both run is kept is open.
    const sure = foreseen.some(({ certain }) => certain);
    const pods = recording.pods.filter(
      (group) => (!sure || isNamed(group.of, name, recording)) && group.status === predicts?.status,
    );
    if (pods.length === 0)
      yield `${key}: no such Pod among ${JSON.stringify(recording.pods.map(({ of, status }) => [of, status]))}`;
    else if (!words.some((text) => pods.some((group) => holds(group.says ?? [], text))))
      yield `${key}: ${words.join(' | ')} is not ${pods.flatMap((group) => group.says ?? []).join(' | ')}`;
  }
}

/** A decoding fault is told alone; admission speaks before or after validation, and each plugin alone. */
function tellsOnlyFirst({ message = '', reason }: RecordedObject): boolean {
  return reason === 'Forbidden' || message.includes('json: ') || !message.includes('strict decoding error');
}

/**
 * What a finding says, without what stands once before several of them. The pretended registry has no images where a real one refuses to tell: what
 * it resolves is compared, not why it does not.
 */
function wordsOf({ says = '' }: Finding): string {
  return says.replace(/^strict decoding error: /, '').replace(/: pull access denied, .*$/, '');
}

function holds(said: readonly string[], words: string): boolean {
  return words !== '' && said.some((text) => text.includes(words));
}

/** Where the forecast is another table than the one the Pods made. */
function* differences(recording: Recording, forecast: readonly ForecastRow[]): Generator<string> {
  for (const row of forecast) {
    const name = nameOf(row.object);
    const pods = (recording.pods ?? []).filter((group) => isNamed(group.of, name, recording));
    const seen = pods.map((group) => `${group.pods} ${group.status}`).join(', ');
    const made = pods.reduce((sum, group) => sum + group.pods, 0);
    const refused = recording.objects?.some((object) => object.object === name && object.verdict !== 'accepted') === true;
    const perNode = row.object.kind === 'DaemonSet';
    const unsure = row.statuses.some((status) => !status.certain);
    for (const { status, pods: count, certain } of row.statuses) {
      if (!certain) continue;
      const found =
        status === 'Rejected'
          ? refused
            ? row.pods
            : 0
          : status === 'FailedCreate' || status === 'NotCreated'
            ? row.pods - made
            : pods.filter((group) => group.status === status).reduce((sum, group) => sum + group.pods, 0);
      const open = perNode ? status === 'Running' : isWell(status) && unsure;
      if (!open && (perNode ? found === 0 : found !== count))
        yield `${name}: ${count} ${status} foreseen, seen: ${refused ? 'Rejected' : seen || 'no Pods'}`;
    }
    const foreseen = new Set(row.statuses.map(({ status }) => status));
    for (const { status } of pods) {
      if (foreseen.has(status) || (unsure && isWell(status))) continue;
      yield `${name}: ${status} seen, not foreseen: ${[...foreseen].join(', ')}`;
    }
  }
}

/** Kustomizations put prefixes and suffixes to names; podlint speaks of objects as they are written. */
function isNamed(of: string, name: string, { objects = [] }: Recording): boolean {
  if (of === name || !objects.some(({ file }) => file === 'kustomization.yaml')) return of === name;
  const last = (text: string) => text.slice(text.search(/[^ /]*$/));
  return of.split(' ')[0] === name.split(' ')[0] && last(of).includes(last(name));
}
