/** What the API says when it refuses, in the form of every error of its. */
export interface Problem {
  readonly message: string;
  readonly code: string;
  readonly field: string;
}

/** The refusal in an error that a request ended with; where the server could not be reached, words for that. */
export function problemOf(error: unknown): Problem {
  if (typeof error === 'object' && error !== null && 'error' in error) {
    const { error: inner } = error;
    if (typeof inner === 'object' && inner !== null && 'message' in inner) {
      return {
        message: String(inner.message),
        code: 'code' in inner ? String(inner.code) : '',
        field: 'field' in inner ? String(inner.field) : '',
      };
    }
  }
  return {
    message:
      'The server could not be reached. Check your connection; this page tries again by itself.',
    code: 'unreachable',
    field: '',
  };
}
