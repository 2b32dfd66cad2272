/** Where the Keyhall under test is, and who runs it. */
export const keyhall = given('KEYHALL_URL').replace(/\/$/, '');
export const operator = { email: given('KEYHALL_OPERATOR_EMAIL'), password: given('KEYHALL_OPERATOR_PASSWORD') };

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. The end-to-end tests need a running Keyhall: KEYHALL_URL, KEYHALL_OPERATOR_EMAIL, KEYHALL_OPERATOR_PASSWORD.`);
  return value;
}
