import type { ApiConfig } from '../infra/config';
import type { Logger } from '../infra/logger';
import type { Sealer } from '../infra/secrets';
import type { TemporalWaker } from '../infra/temporal';
import type { Database } from '../store/database';
import type { CompanyChanges } from './live/company-changes';
import type { SignInLimit } from './http/sign-in-limit';
import type { Platforms } from './platforms';

/** What the API works with; made once by `main.ts`, or by a test. */
export interface ApiDeps {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly platforms: Platforms;
  readonly waker: TemporalWaker;
  readonly logger: Logger;
  readonly changes: CompanyChanges;
  readonly signInLimit: SignInLimit;
  readonly config: Pick<
    ApiConfig,
    'rateLimit' | 'publicUrl' | 'localSignIn' | 'temporal' | 'temporalUiUrl' | 'trustedProxies'
  >;
  /** Where the built pages of `web/` lie; without it the API alone is served. */
  readonly webRoot?: string;
  /** Checks each answer against its route's schema and fails loudly where they differ. For development and tests. */
  readonly checkResponses?: boolean;
}
