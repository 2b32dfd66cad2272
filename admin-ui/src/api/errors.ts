import { has, t } from '../lib/i18n';

/** What went wrong with one field of a request body, by the field's name on the wire. */
export type FieldFault = { field: string; code: string; message: string };

/** An answer of the API that is not a success, or no answer at all (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: FieldFault[] = [],
    readonly requestId?: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** Reads an RFC 9457 problem; anything else (a proxy's page, an empty body) becomes an error by status. */
export function errorFrom(status: number, body: unknown, requestId?: string): ApiError {
  const problem: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  return new ApiError(
    status,
    text(problem.code) ?? `http_${status}`,
    text(problem.detail) ?? text(problem.title) ?? '',
    Array.isArray(problem.errors) ? problem.errors.filter(isFieldFault) : [],
    text(problem.request_id) ?? requestId,
  );
}

/** The browser could not reach the server: no route, refused, cut off. */
export function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', '');
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, 'unexpected', error instanceof Error ? error.message : String(error));
}

/**
 * Splits an error for a form: messages for fields the form shows, and whether anything is left
 * that has to be said above it.
 */
export function forForm<F extends string>(error: ApiError, shown: readonly F[]): { fields: Partial<Record<F, string>>; rest: boolean } {
  const fields: Partial<Record<F, string>> = {};
  let rest = error.fields.length === 0;
  for (const fault of error.fields) {
    const name = shown.find((f) => f === fault.field);
    if (name === undefined) rest = true;
    else fields[name] = fields[name] ? `${fields[name]} ${fault.message}` : fault.message;
  }
  return { fields, rest };
}

/** The catalogue's words for a code where it has some, else the server's, else what the status means. */
export function describe({ code, message, status }: ApiError): string {
  const key = `error.${code}`;
  if (has(key)) return t(key as 'error.unexpected');
  if (message !== '') return message;
  if (away(status)) return t('error.away');
  return status >= 500 ? t('error.server') : t('error.unexpected');
}

/** Reads are worth a second try when the server or the way to it hiccuped, never when it said no. */
export function worthRetrying(error: unknown): boolean {
  const { status } = asApiError(error);
  return status === 0 || away(status);
}

/** What a proxy answers when nobody stands behind it. */
function away(status: number): boolean {
  return status === 502 || status === 503 || status === 504;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isFieldFault(value: unknown): value is FieldFault {
  if (typeof value !== 'object' || value === null) return false;
  return 'field' in value && typeof value.field === 'string' && 'message' in value && typeof value.message === 'string';
}
