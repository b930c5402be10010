import { dns1035LabelFaults } from '../../api/names.ts';
import { isUnknown } from '../../api/unknown.ts';
import { validateWebhookService } from './admission-webhooks.ts';
import type { Fields, Scope } from './scope.ts';
import { fieldsOf, isSet, itemsOf, textOf } from './scope.ts';
import { validateWebhookUrl } from './webhook-url.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/**
 * The conversion of a CustomResourceDefinition, at its spec. The server names the webhook's fields as they were called in v1beta1.
 * Mirrors validateCustomResourceConversion of k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation.
 */
export function validateConversion(v: Scope, spec: Fields): void {
  if (!isSet(spec.conversion)) return;
  const conversion = fieldsOf(spec.conversion);
  const strategy = textOf(conversion.strategy);
  const at = ['conversion', 'strategy'];
  if (strategy !== 'None' && spec.preserveUnknownFields === true) {
    v.invalid(at, strategy, 'must be None if spec.preserveUnknownFields is true');
  }
  if (strategy === '') v.required(at);
  else if (strategy !== 'None' && strategy !== 'Webhook') v.unsupported(at, strategy, ['None', 'Webhook']);
  if (isUnknown(strategy)) return;
  const webhook = fieldsOf(conversion.webhook);
  const config = webhook.clientConfig;
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook';
    if (isSet(config)) v.forbidden(['conversion', 'webhook', 'clientConfig'], detail, '.conversion.webhookClientConfig');
    if (itemsOf(webhook.conversionReviewVersions).length > 0) v.forbidden(VERSIONS_AT, detail, VERSIONS);
    return;
  }
  if (!isSet(config)) {
    const detail = 'required when strategy is set to Webhook';
    v.required(['conversion', 'webhook', 'clientConfig'], detail, '.conversion.webhookClientConfig');
  } else {
    v.collectMoved(
      () => v.in('conversion', conversion, (inner) => inner.in('webhookClientConfig', config, validateClientConfig)),
      (path) => [...path.slice(0, 2), 'webhook', 'clientConfig', ...path.slice(3)],
    );
  }
  validateReviewVersions(v, itemsOf(webhook.conversionReviewVersions).map(textOf));
}

const VERSIONS_AT = ['conversion', 'webhook', 'conversionReviewVersions'];
const VERSIONS = '.conversion.conversionReviewVersions';

function validateClientConfig(v: Scope, config: Fields): void {
  if (isSet(config.url) === isSet(config.service)) v.required([], 'exactly one of url or service is required');
  else if (isSet(config.url)) validateWebhookUrl(v, 'url', textOf(config.url));
  else v.in('service', config.service, validateWebhookService, false);
}

function validateReviewVersions(v: Scope, versions: readonly string[]): void {
  if (versions.length === 0) {
    v.required(VERSIONS_AT, '', VERSIONS);
    return;
  }
  const seen = new Set<string>();
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) v.invalid([...VERSIONS_AT, i], version, 'duplicate version', `${VERSIONS}[${i}]`);
    else v.invalids([...VERSIONS_AT, i], version, dns1035LabelFaults(version), `${VERSIONS}[${i}]`);
    seen.add(version);
  }
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version) || isUnknown(version))) {
    v.invalid(VERSIONS_AT, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`, VERSIONS);
  }
}
