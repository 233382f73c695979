import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const TESTS = ['test/**/*.ts', '**/*.test.ts'];

/** Where what came from outside gets its type. Elsewhere an assertion needs its reason beside it. */
const PARSING_BORDERS = [
  // Input and output schemas of a route meet the types they stand for.
  'api/http/route.ts',
  'api/routes/data.ts',
  'api/schemas/common.ts',
  'api/schemas/record.ts',
  // A record's canonical text, just written, read back.
  'core/unified/parse.ts',
  // The caller says what its statement answers, as with Prisma.
  'store/hot-transaction.ts',
  // Answers of APIs, and what other processes print.
  'bench/**/*.ts',
];

export default defineConfig(
  {
    ignores: [
      'dist/**',
      'coverage/**',
      '.syncline/**',
      'prisma/generated/**',
      'test/histories/**',
      'web/generated/**',
    ],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'constructor-super': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-constant-condition': 'error',
      'no-else-return': 'error',
      'no-empty': 'error',
      'no-nested-ternary': 'error',
      'no-param-reassign': 'error',
      'no-unreachable': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: {
        project: ['./tsconfig.json', './web/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // A promise nobody waits for is work that Temporal, a transaction or a shutdown does not know of.
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      // A state added to a union must be decided on wherever unions are told apart.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // What the compiler is told to believe is what it no longer checks.
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowBoolean: true, allowNumber: true, allowNullish: true },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name: a default export is called something else in every file.',
        },
      ],
    },
  },
  {
    // In workflows clock and dice are Temporal's own: a replay sees what the run saw.
    files: ['core/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'Export by name: a default export is called something else in every file.',
        },
        {
          selector:
            "CallExpression[callee.object.name='Date'][callee.property.name='now'], NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Take the instant as an argument: a rule that reads the clock cannot be tested.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Take the chance as an argument: a rule that throws dice cannot be tested.',
        },
      ],
    },
  },
  {
    files: PARSING_BORDERS,
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }] },
  },
  {
    // Tests look into answers of every shape, and may be as long as what they tell.
    files: TESTS,
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'max-lines': 'off',
    },
  },
  {
    // A component's handlers of events may well be async: React waits for nothing they answer.
    files: ['web/**/*.ts', 'web/**/*.tsx'],
    rules: {
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
      // The router stops a load by throwing where to go instead.
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  {
    // Runs before anything is built, in every browser.
    files: ['web/public/*.js'],
    rules: { 'no-var': 'off', 'no-empty': 'off' },
  },
  {
    // Prisma and Vite read the default export of their configuration.
    files: ['prisma.config.ts', 'web/vite.config.mts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // Programs of the command line speak to whoever started them.
    files: ['scripts/**/*.mjs', 'docs/examples/**/*.mjs'],
    rules: { 'no-console': 'off' },
  },
);
