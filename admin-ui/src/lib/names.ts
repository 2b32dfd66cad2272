import { has, type MessageKey, t } from './i18n';

/** What a message is called; a kind without words is told by its name. */
export function nameOfMessage(kind: string): string {
  return words(`messages.kind.${kind}`) ?? kind.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
}

/** The interface somebody came by, as its settings call it. */
export function nameOfContract(contract: string): string {
  return words(`settings.contract.${contract}`) ?? contract;
}

function words(key: string): string | undefined {
  return has(key) ? t(key as MessageKey as 'close') : undefined;
}
