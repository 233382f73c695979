/**
 * Which folder may know which. A reader learns the rules of syncing from `core` and `workflows`
 * alone, and the parts can be tested apart, only as long as imports go one way.
 * test/structure/import-rules.test.ts breaks each of these rules once.
 */

/** Our own folders that are compiled and shipped, and the worker's entry. */
const OURS =
  '^(activities|api|connectors|core|infra|prisma|sandbox|store|web|workflows)/|^worker\\.ts$';
const TESTS = '^test/|\\.test\\.ts$';

/** A file of these folders that is no test. */
const from = (folder) => ({ path: folder, pathNot: TESTS });
/** Anything of ours but these. */
const oursExcept = (...allowed) => ({ path: OURS, pathNot: allowed });

const TYPE_ONLY = ['type-only'];
const NPM = [
  'npm',
  'npm-dev',
  'npm-optional',
  'npm-peer',
  'npm-bundled',
  'npm-no-pkg',
  'npm-unknown',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-knows-nothing-of-ours',
      comment:
        'core holds pure rules: everything else may import it, so anything it imported would be imported everywhere.',
      severity: 'error',
      from: from('^core/'),
      to: oursExcept('^core/'),
    },
    {
      name: 'core-is-pure',
      comment:
        'core runs inside the workflow sandbox too: no input, no output, no Node module but crypto, no Temporal.',
      severity: 'error',
      from: from('^core/'),
      to: {
        dependencyTypes: ['core', ...NPM],
        pathNot: '^(node:)?crypto$|node_modules/(zod|croner)/',
      },
    },
    {
      name: 'workflows-decide-only',
      comment:
        'Workflow code is replayed: of ours it may import core and the types of activities, nothing that acts.',
      severity: 'error',
      from: from('^workflows/'),
      to: oursExcept('^workflows/', '^core/', '^activities/'),
    },
    {
      name: 'workflows-know-types-of-activities',
      comment:
        'Importing an activity itself would bundle the store and the connectors into the workflow sandbox.',
      severity: 'error',
      from: from('^workflows/'),
      to: { path: '^activities/', dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: 'workflows-use-temporal-only',
      comment:
        'Only @temporalio/workflow and common are made for replay; any other package or Node module may not be deterministic.',
      severity: 'error',
      from: from('^workflows/'),
      to: {
        dependencyTypes: ['core', ...NPM],
        pathNot: 'node_modules/@temporalio/(workflow|common)/',
      },
    },
    {
      name: 'workflow-contract-knows-core-only',
      comment:
        'The API and infra import the contract from outside the sandbox: it must pull in neither Temporal nor workflow code.',
      severity: 'error',
      from: from('^workflows/contract\\.ts$'),
      to: { pathNot: '^core/' },
    },
    {
      name: 'workflow-code-is-private',
      comment:
        'From outside, workflows are started by name through workflows/contract; their code is only ever loaded into the sandbox.',
      severity: 'error',
      from: { path: OURS, pathNot: ['^workflows/', TESTS] },
      to: { path: '^workflows/', pathNot: '^workflows/contract\\.ts$' },
    },
    {
      name: 'store-knows-core-and-infra',
      comment: 'Every SQL statement, and nothing of who asks for it.',
      severity: 'error',
      from: from('^store/'),
      to: oursExcept('^store/', '^core/', '^infra/', '^prisma/generated/'),
    },
    {
      name: 'connectors-know-core-and-infra',
      comment:
        'A connector talks to its platform: it knows neither our database nor the other parts. Activities join the two.',
      severity: 'error',
      from: from('^connectors/'),
      to: oursExcept('^connectors/', '^core/', '^infra/'),
    },
    {
      name: 'store-and-connectors-know-no-temporal',
      comment: 'They must run, and be tested, without Temporal.',
      severity: 'error',
      from: from('^(store|connectors)/'),
      to: { path: 'node_modules/@temporalio/' },
    },
    {
      name: 'api-never-calls-activities',
      comment:
        'The API writes requests into the database and wakes workflows; syncing is the worker’s alone.',
      severity: 'error',
      from: from('^api/'),
      to: { path: '^(activities|sandbox|web)/|^worker\\.ts$' },
    },
    {
      name: 'activities-know-no-api',
      comment: 'The worker runs without the API, and the other way round.',
      severity: 'error',
      from: from('^activities/'),
      to: { path: '^(api|sandbox|web)/|^worker\\.ts$' },
    },
    {
      name: 'infra-knows-the-contract-only',
      comment:
        'infra is imported from nearly everywhere: of ours it knows the names and message types of workflows, and core.',
      severity: 'error',
      from: from('^infra/'),
      to: oursExcept('^infra/', '^core/', '^workflows/contract\\.ts$'),
    },
    {
      name: 'sandbox-shares-nothing',
      comment:
        'A stand-in platform is what connectors are tested against: shared code would share its mistakes with both.',
      severity: 'error',
      from: from('^sandbox/'),
      to: oursExcept('^sandbox/'),
    },
    {
      name: 'sandbox-is-a-program-apart',
      comment: 'The product runs without it; it is reached over HTTP only.',
      severity: 'error',
      from: { path: OURS, pathNot: ['^sandbox/', TESTS] },
      to: { path: '^sandbox/' },
    },
    {
      name: 'web-knows-itself-only',
      comment: 'The dashboard speaks to the public API, as anyone else.',
      severity: 'error',
      from: from('^web/'),
      to: oursExcept('^web/'),
    },
    {
      name: 'platforms-do-not-know-each-other',
      comment:
        'What two connectors share belongs in connectors/engine; otherwise a change for one platform breaks another.',
      severity: 'error',
      from: { path: '^connectors/([^/]+)/', pathNot: ['^connectors/engine/', TESTS] },
      to: {
        path: '^connectors/[^/]+/',
        pathNot: ['^connectors/engine/', '^connectors/$1/'],
      },
    },
    {
      name: 'engine-knows-no-platform',
      comment: 'connectors/engine serves all platforms; only the registry names them.',
      severity: 'error',
      from: from('^connectors/(engine/|contract\\.ts$)'),
      to: { path: '^connectors/', pathNot: '^connectors/(engine/|contract\\.ts$)' },
    },
    {
      name: 'database-only-through-store',
      comment: 'Every SQL statement and every lock is in store, so that their order can be seen.',
      severity: 'error',
      from: { path: OURS, pathNot: ['^store/', '^prisma/generated/', TESTS] },
      to: { path: '^prisma/generated/|node_modules/(pg|@prisma/(client|adapter-pg))/' },
    },
    {
      name: 'no-test-code-in-the-product',
      comment: 'Tests are neither compiled nor shipped.',
      severity: 'error',
      from: { path: [OURS, '^scripts/'], pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: 'no-development-packages-in-the-product',
      comment:
        'They are not there after npm ci --omit=dev. The pages of web are bundled with what they use before that.',
      severity: 'error',
      from: { path: OURS, pathNot: [TESTS, '^web/'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: 'no-unlisted-packages',
      comment: 'What is imported and not in package.json is there by luck.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere would pass every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      comment: 'Modules in a circle can only be understood, and loaded, together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and is imported by nothing is forgotten code.',
      severity: 'error',
      // Read by Vite, and by the page itself before anything else.
      from: { orphan: true, path: OURS, pathNot: [TESTS, '^web/(vite\\.config\\.mts|public/)'] },
      to: {},
    },
  ],
  options: {
    // Types count as imports: a rule of core that names a row of the store knows the store.
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '^prisma/generated/'] },
    exclude: { path: '(^|/)(dist|coverage|\\.syncline)/|^web/generated/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
