/** What a translation of a part of the catalogue has to offer: every key of the English one, in the plural forms of its own language. */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Partial<Record<Intl.LDMLPluralRule, string>>;
};
